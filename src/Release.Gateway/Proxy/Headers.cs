using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace Release.Gateway.Proxy;

/// <summary>Which headers pass, and what the gateway adds.</summary>
internal static class Headers
{
    private const string Via = "1.1 release-gateway";

    // Of one connection, not of the message (RFC 9110, 7.6.1), and those that the gateway writes itself.
    private static readonly FrozenSet<string> OfConnection = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade");

    private static readonly FrozenSet<string> OfGateway = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "Expect", "Content-Length", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port",
        "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Real-IP");

    private static readonly HashSet<string> NoNames = [];

    public static void ToTarget(HttpContext context, HttpRequestMessage message, RouteSettings route, string matched)
    {
        var request = context.Request;
        var nominated = Nominated(request.Headers.Connection);
        foreach (var (name, values) in request.Headers)
        {
            if (!OfConnection.Contains(name) && !OfGateway.Contains(name) && !nominated.Contains(name))
            {
                Add(message, name, values);
            }
        }

        if (request.Headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
        {
            message.Headers.TryAddWithoutValidation("TE", "trailers");
        }

        message.Headers.Host = route.PreservesHost ? request.Host.Value : route.Service.HostHeader;
        Forwarded(context, message.Headers, route.StripsPath && matched.Length > 1 ? matched : null);
    }

    /// <param name="context">Of the client.</param>
    /// <param name="response">From the target.</param>
    /// <param name="latency">Until the target's response began.</param>
    public static void ToClient(HttpContext context, HttpResponseMessage response, TimeSpan latency)
    {
        var headers = context.Response.Headers;
        var nominated = response.Headers.NonValidated.TryGetValues("Connection", out var connection)
            ? Nominated(new StringValues([.. connection]))
            : NoNames;
        Copy(response.Headers.NonValidated, headers, nominated);
        Copy(response.Content.Headers.NonValidated, headers, nominated);
        if (response.StatusCode == System.Net.HttpStatusCode.NoContent)
        {
            headers.Remove("Content-Length");
        }

        headers.Append("Via", Via);
        headers["X-Kong-Upstream-Latency"] = ((long)latency.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, HashSet<string> nominated)
    {
        foreach (var (name, values) in from)
        {
            if (!OfConnection.Contains(name) && !nominated.Contains(name))
            {
                to.Append(name, values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]));
            }
        }
    }

    private static void Add(HttpRequestMessage message, string name, StringValues values)
    {
        var added = values.Count == 1
            ? message.Headers.TryAddWithoutValidation(name, values[0])
            : message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        if (!added)
        {
            // .NET keeps the headers of content apart; without content there is still somewhere to put them.
            message.Content ??= new ByteArrayContent([]);
            message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }

    private static HashSet<string> Nominated(StringValues connection)
    {
        if (connection.Count == 0)
        {
            return NoNames;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in connection)
        {
            foreach (var name in value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                names.Add(name);
            }
        }

        return names;
    }

    // As Kong without trusted addresses: the client's chain is kept, its other claims are replaced by what is known here.
    private static void Forwarded(HttpContext context, HttpRequestHeaders headers, string? prefix)
    {
        var request = context.Request;
        var client = context.Connection.RemoteIpAddress?.ToString() ?? "";
        var chain = request.Headers["X-Forwarded-For"].ToString();
        headers.TryAddWithoutValidation("X-Forwarded-For", chain.Length == 0 ? client : $"{chain}, {client}");
        headers.TryAddWithoutValidation("X-Real-IP", client);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", request.Scheme);
        headers.TryAddWithoutValidation("X-Forwarded-Host", request.Host.Host);
        headers.TryAddWithoutValidation(
            "X-Forwarded-Port", context.Connection.LocalPort.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("X-Forwarded-Path", request.Path.ToUriComponent());
        if (prefix is not null)
        {
            headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        }

        headers.TryAddWithoutValidation("Via", Via);
    }
}
