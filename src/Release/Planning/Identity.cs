using System.Text;

namespace Release.Planning;

/// <summary>Hashes that name things: a plan, a step's key, a configuration.</summary>
public static class Identity
{
    /// <summary>SHA-256 in lower-case hex over the parts, each preceded by its length so that no two lists are alike.</summary>
    public static string Of(params IEnumerable<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            _ = text.Append(part.Length).Append(':').Append(part);
        }

        return Sha256.HexOf(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
