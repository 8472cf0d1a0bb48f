using System.Text;
using System.Text.Json.Nodes;
using Release.Notices;
using Release.Runs;

namespace Release.Drivers.Webhook;

/// <summary>What a webhook is sent: a pure function of the notice, so that a delivery that is repeated is the same to the byte.</summary>
internal static class WebhookBody
{
    /// <summary>The document, as UTF-8 in canonical form (RFC 8785).</summary>
    public static byte[] Of(Notice notice, string environment) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["version"] = 1,
        ["key"] = notice.Key,
        ["id"] = Words.Of(notice.Kind),
        ["kind"] = Words.Of(notice.Kind),
        ["severity"] = notice.Severity,
        ["environment"] = environment,
        ["run"] = notice.Run,
        ["incident"] = notice.Incident,
        ["state"] = notice.State,
        ["at"] = notice.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["text"] = notice.Text,
        ["next"] = notice.Next,
    }.ToJsonString());

    /// <summary>The signature: <c>sha256=</c> and HMAC-SHA256 (RFC 2104) of the body in lower-case hex.</summary>
    public static string Signature(string secret, ReadOnlySpan<byte> body)
    {
        // Not HMACSHA256: where there is no OpenSSL it ends the process, and a notice may not end anything.
        var key = Encoding.UTF8.GetBytes(secret);
        var block = new byte[64];
        (key.Length > block.Length ? Sha256.HashData(key) : key).CopyTo(block, 0);
        var inner = Sha256.HashData([.. block.Select(b => (byte)(b ^ 0x36)), .. body]);
        return "sha256=" + Sha256.HexOf([.. block.Select(b => (byte)(b ^ 0x5c)), .. inner]);
    }
}
