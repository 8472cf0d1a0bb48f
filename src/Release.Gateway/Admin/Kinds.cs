using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Release.Gateway.Admin;

/// <summary>
/// The entities of Kong 3 that this gateway has, with Kong's fields, defaults and messages
/// (github.com/Kong/kong, <c>kong/db/schema/entities</c>).
/// </summary>
internal static partial class Kinds
{
    public static readonly EntityKind Services = new("services", "name",
    [
        Id(),
        new("name", FieldKind.Text) { Check = NameCheck },
        new("protocol", FieldKind.Text) { Required = true, Default = "\"http\"", OneOf = ["http", "https"] },
        new("host", FieldKind.Text) { Required = true, Check = HostCheck },
        new("port", FieldKind.Integer) { Required = true, Default = "80", Min = 0, Max = 65535 },
        new("path", FieldKind.Text) { Check = PathCheck },
        new("retries", FieldKind.Integer) { Default = "5", Min = 0, Max = 32767 },
        Timeout("connect_timeout"),
        Timeout("write_timeout"),
        Timeout("read_timeout"),
        new("enabled", FieldKind.Flag) { Default = "true" },
        new("client_certificate", FieldKind.Absent),
        new("ca_certificates", FieldKind.Absent),
        new("tls_verify", FieldKind.Absent),
        new("tls_verify_depth", FieldKind.Absent),
        Tags(),
        Created(),
        Updated(),
    ])
    {
        Expand = ExpandUrl,
    };

    public static readonly EntityKind Routes = new("routes", "name",
    [
        Id(),
        new("name", FieldKind.Text) { Check = NameCheck },
        new("protocols", FieldKind.Texts) { Required = true, Default = "[\"http\",\"https\"]", OneOf = ["http", "https"] },
        new("methods", FieldKind.Texts) { Check = MethodCheck },
        new("hosts", FieldKind.Texts) { Check = WildcardHostCheck },
        new("paths", FieldKind.Texts) { Check = RoutePathCheck },
        new("headers", FieldKind.Absent),
        new("snis", FieldKind.Absent),
        new("sources", FieldKind.Absent),
        new("destinations", FieldKind.Absent),
        new("https_redirect_status_code", FieldKind.Integer) { Required = true, Default = "426", Min = 301, Max = 426 },
        new("regex_priority", FieldKind.Integer) { Default = "0" },
        new("strip_path", FieldKind.Flag) { Required = true, Default = "true" },
        new("path_handling", FieldKind.Text) { Default = "\"v0\"", OneOf = ["v0"] },
        new("preserve_host", FieldKind.Flag) { Required = true, Default = "false" },
        new("request_buffering", FieldKind.Flag) { Required = true, Default = "true" },
        new("response_buffering", FieldKind.Flag) { Required = true, Default = "true" },
        new("service", FieldKind.Reference) { Parent = "services" },
        Tags(),
        Created(),
        Updated(),
    ])
    {
        Check = MatchesSomething,
    };

    public static readonly EntityKind Upstreams = new("upstreams", "name",
    [
        Id(),
        new("name", FieldKind.Text) { Required = true, Check = UpstreamNameCheck },
        new("algorithm", FieldKind.Text) { Default = "\"round-robin\"", OneOf = ["round-robin"] },
        new("hash_on", FieldKind.Text) { Default = "\"none\"", OneOf = ["none"] },
        new("hash_fallback", FieldKind.Text) { Default = "\"none\"", OneOf = ["none"] },
        new("hash_on_header", FieldKind.Absent),
        new("hash_fallback_header", FieldKind.Absent),
        new("hash_on_cookie", FieldKind.Absent),
        new("hash_on_cookie_path", FieldKind.Text) { Default = "\"/\"", Check = PathCheck },
        new("hash_on_query_arg", FieldKind.Absent),
        new("hash_fallback_query_arg", FieldKind.Absent),
        new("hash_on_uri_capture", FieldKind.Absent),
        new("hash_fallback_uri_capture", FieldKind.Absent),
        new("slots", FieldKind.Integer) { Default = "10000", Min = 10, Max = 65536 },
        new("healthchecks", FieldKind.Record) { Default = HealthchecksOff, CheckRecord = HealthchecksCheck },
        new("host_header", FieldKind.Text) { Check = HostCheck },
        new("client_certificate", FieldKind.Absent),
        new("use_srv_name", FieldKind.Flag) { Default = "false" },
        Tags(),
        Created(),
        Updated(),
    ]);

    public static readonly EntityKind Targets = new("targets", "target",
    [
        Id(),
        new("upstream", FieldKind.Reference) { Required = true, Parent = "upstreams" },
        new("target", FieldKind.Text) { Required = true, Check = TargetCheck },
        new("weight", FieldKind.Integer) { Default = "100", Min = 0, Max = 65535 },
        Tags(),
        Created(),
        Updated(),
    ])
    {
        Expand = CompleteTarget,
    };

    /// <summary>Parents before children: the order in which a declarative file is read.</summary>
    public static readonly IReadOnlyList<EntityKind> All = [Services, Routes, Upstreams, Targets];

    private const string HealthchecksOff = """
        {"threshold":0,
         "active":{"type":"http","timeout":1,"concurrency":10,"http_path":"/","https_sni":null,"https_verify_certificate":true,
          "headers":null,"healthy":{"interval":0,"http_statuses":[200,302],"successes":0},
          "unhealthy":{"interval":0,"http_statuses":[429,404,500,501,502,503,504,505],"tcp_failures":0,"timeouts":0,"http_failures":0}},
         "passive":{"type":"http",
          "healthy":{"http_statuses":[200,201,202,203,204,205,206,207,208,226,300,301,302,303,304,305,306,307,308],"successes":0},
          "unhealthy":{"http_statuses":[429,500,503],"tcp_failures":0,"timeouts":0,"http_failures":0}}}
        """;

    private static Field Id() => new("id", FieldKind.Text)
    {
        Check = text => Guid.TryParseExact(text, "D", out _) ? null : "expected a valid UUID",
    };

    private static Field Tags() => new("tags", FieldKind.Texts);

    private static Field Created() => new("created_at", FieldKind.Number);

    private static Field Updated() => new("updated_at", FieldKind.Number);

    private static Field Timeout(string name) =>
        new(name, FieldKind.Integer) { Default = "60000", Min = 1, Max = 2147483646 };

    private static string? NameCheck(string name) => NamePattern().IsMatch(name)
        ? null
        : $"invalid value '{name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~";

    private static string? HostCheck(string host) =>
        Uri.CheckHostName(host.Split(':')[0].Trim('[', ']')) != UriHostNameType.Unknown || host.StartsWith('[')
            ? null
            : $"invalid value: {host}";

    private static string? UpstreamNameCheck(string name) => Uri.CheckHostName(name) switch
    {
        UriHostNameType.Dns => null,
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => "Invalid name; no ip addresses allowed",
        UriHostNameType.Unknown or UriHostNameType.Basic => "Invalid name; must be a valid hostname",
        _ => "Invalid name; must be a valid hostname",
    };

    private static string? WildcardHostCheck(string host) =>
        HostCheck(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..]
            : host.EndsWith(".*", StringComparison.Ordinal) ? host[..^2] : host);

    private static string? PathCheck(string path) =>
        !path.StartsWith('/') ? "should start with: /"
        : path.Contains("//", StringComparison.Ordinal) ? "must not have empty segments" : null;

    private static string? RoutePathCheck(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? "regex paths are not supported by the embedded gateway"
        : !path.StartsWith('/') ? "should start with: / (fixed path) or ~/ (regex path)" : PathCheck(path);

    private static string? MethodCheck(string method) =>
        MethodPattern().IsMatch(method) ? null : $"invalid value: {method}";

    private static string? TargetCheck(string target) => TargetAddress.TryParse(target, out _)
        ? null
        : $"Invalid target ('{target}'); not a valid hostname or ip address";

    private static string? MatchesSomething(JsonObject route) =>
        route["methods"] is null && route["hosts"] is null && route["paths"] is null
            ? "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"
            : null;

    // Silently not checking would leave a sick target in the ring of somebody who asked for checks.
    private static string? HealthchecksCheck(JsonObject record) =>
        record.Any(member => member.Value is JsonObject inner
            ? HealthchecksCheck(inner) is not null
            : member.Key is "interval" or "tcp_failures" or "timeouts" or "http_failures" or "successes" or "threshold"
                && member.Value is JsonValue value && value.ToJsonString() != "0")
            ? "health checks are not supported by the embedded gateway: leave them at 0"
            : null;

    private static void CompleteTarget(JsonObject given)
    {
        if (given.Text("target") is { } target && TargetAddress.TryParse(target, out var address))
        {
            given["target"] = address.ToString();
        }
    }

    private static void ExpandUrl(JsonObject given)
    {
        if (given.Text("url") is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            return;
        }

        given.Remove("url");
        given["protocol"] = parsed.Scheme;
        given["host"] = parsed.Host;
        given["port"] = parsed.Port;
        given["path"] = parsed.AbsolutePath == "/" ? null : parsed.AbsolutePath;
    }

    [GeneratedRegex(@"^[\p{L}\p{N}.\-_~]+$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[A-Z]+$")]
    private static partial Regex MethodPattern();
}
