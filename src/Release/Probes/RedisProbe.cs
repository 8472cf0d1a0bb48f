using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Release.Certificates;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A Redis answers, and is as a release wants it.</summary>
public sealed record RedisProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the name or address.</summary>
    [MayHoldPlaceholders]
    public required string Host { get; init; }

    /// <summary>Gets the port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 6379;

    /// <summary>Gets whether the connection is encrypted; its certificate must hold for the host.</summary>
    public bool Tls { get; init; }

    /// <summary>Gets a PEM file with the authorities to trust instead of the system's, relative to the repository.</summary>
    [InRepository]
    public string? TrustedCa { get; init; }

    /// <summary>Gets a PEM file with the certificate that is shown to Redis (it asks for one unless <c>tls-auth-clients</c> is <c>no</c>), absolute or relative to the repository; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Gets a PEM file with the key of that certificate, without a password, absolute or relative to the repository.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the user; null for Redis's default one.</summary>
    [MayHoldPlaceholders]
    public string? User { get; init; }

    /// <summary>Gets the password, as a reference (<c>"${env:REDIS_PASSWORD}"</c>); null for none.</summary>
    [MayHoldPlaceholders]
    public string? Password { get; init; }

    /// <summary>Gets the role that it must have; null for either.</summary>
    public RedisRole? Role { get; init; }

    /// <summary>Gets how many replicas must be connected to a master.</summary>
    [Range(0, 1000)]
    public int LeastReplicas { get; init; }

    /// <summary>Gets how much memory it may use (<c>"2GB"</c>); null for any.</summary>
    [ValueForm(ValueForms.Size)]
    public string? MaxMemory { get; init; }

    /// <summary>Gets the share of its own <c>maxmemory</c> that it may use; null for any.</summary>
    public Percent? MaxMemoryUse { get; init; }

    /// <summary>Gets whether its last save to disk must have been well.</summary>
    public bool Persists { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if ((Certificate is null) != (Key is null))
        {
            yield return new(Key is null ? "certificate" : "key", "a certificate and its key go together: write both, or neither");
        }

        if (!Tls && (TrustedCa ?? Certificate ?? Key) is not null)
        {
            yield return new("tls", "certificates are for a connection over TLS only: write \"tls\": true, or leave them out");
        }

        if (User is not null && Password is null)
        {
            yield return new("user", "a user logs in with a password: write \"password\" as a reference, or leave the user out");
        }
    }
}

/// <summary>What a Redis is to others.</summary>
public enum RedisRole
{
    /// <summary>It takes writes.</summary>
    Master,

    /// <summary>It follows a master, and is connected to it.</summary>
    Replica,
}

/// <summary>Asks <c>PING</c> and <c>INFO</c>; nothing else, and nothing is written.</summary>
internal static class RedisProbe
{
    // https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
    private static readonly (string Says, string Remedy)[] Refusals =
    [
        ("NOAUTH", "It wants a password: write \"password\" as a reference (\"${env:REDIS_PASSWORD}\"), and \"user\" where it is not the default one."),
        ("WRONGPASS", "Correct user and password; a user that is switched off is refused in the same words (ACL LIST)."),
        ("NOPERM", "Let the user look: ACL SETUSER name +ping +info."),
        ("ERR AUTH", "It has no password, and was told one: leave \"password\" out, or set one there (requirepass)."),
    ];

    public static async Task<ProbeResult> Look(RedisProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var place = $"redis at {context.Placeholders.Show(options.Host)}:{options.Port}";
        if (options.Tls && !Sha256.HasOpenSsl)
        {
            return new(ProbeVerdict.Unavailable, $"{place}: {HttpProbe.NoTls}");
        }

        try
        {
            var host = context.Placeholders.Resolve(options.Host);
            await using var redis = await Connected(host, options, context, cancellation);
            if (options.Password is { } password)
            {
                var secret = context.Placeholders.Resolve(password);
                _ = options.User is { } user
                    ? await redis.Ask(cancellation, "AUTH", context.Placeholders.Resolve(user), secret)
                    : await redis.Ask(cancellation, "AUTH", secret);
            }

            var pong = await redis.Ask(cancellation, "PING");
            return pong == "PONG"
                ? Judge(place, options, RedisInfo.Parse(await redis.Ask(cancellation, "INFO") ?? ""))
                : new(ProbeVerdict.Fail, $"{place} answered PING with {pong}");
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return new(ProbeVerdict.Fail, $"{place} refuses connections", "Start it, or correct the port.");
        }
        catch (RespErrorException error) when (Refusals.FirstOrDefault(refusal => error.Message.StartsWith(refusal.Says, StringComparison.Ordinal)) is { Remedy: { } remedy })
        {
            return new(ProbeVerdict.Unavailable, $"{place} does not let us look: {error.Message}", remedy);
        }
        catch (TlsFilesException problem)
        {
            return new(ProbeVerdict.Unavailable, $"{place} was not asked: {problem.Message}", "Correct trustedCa, certificate and key of the check.");
        }
        catch (RespErrorException error)
        {
            return new(ProbeVerdict.Fail, $"{place}: {error.Message}");
        }
        catch (Exception problem) when (problem is SocketException or IOException or AuthenticationException && Meaning(problem, options, context) is not null)
        {
            return new(ProbeVerdict.Unavailable, $"{place} {Meaning(problem, options, context)}", "Correct tls, trustedCa, certificate and key of the check, or what the server has.");
        }
        catch (Exception problem) when (problem is SocketException or IOException or InvalidDataException or AuthenticationException)
        {
            return new(ProbeVerdict.Unavailable, $"{place}: {(problem.InnerException is OperationCanceledException ? problem : problem.GetBaseException()).Message}", options.Tls ? "Correct port and tls of the check, or see that the server answers." : "If its port is one for TLS, write \"tls\": true.");
        }
    }

    // To who begins TLS where it speaks none, Redis says nothing and waits for more. Half of the time is for shaking hands.
    private static async Task<RespClient> Connected(string host, RedisProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        if (!options.Tls)
        {
            return await RespClient.Connect(host, options.Port, null, cancellation);
        }

        using var late = new CancellationTokenSource(options.Timeout / 2, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return await RespClient.Connect(host, options.Port, TlsHandshake.Options(host, Files(options, context), context.Time), either.Token);
        }
        catch (OperationCanceledException silent) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException("it did not shake hands over TLS in time, as a Redis does that speaks none at this port", silent);
        }
    }

    private static string? Meaning(Exception problem, RedisProbeOptions options, ProbeContext context) =>
        options.Tls ? TlsHandshake.Meaning(problem, Files(options, context)) : null;

    private static TlsFiles Files(RedisProbeOptions options, ProbeContext context) => new(
        options.TrustedCa is { } ca ? context.FullPath(ca) : null,
        options.Certificate is { } certificate ? context.FullPath(certificate) : null,
        options.Key is { } key ? context.FullPath(key) : null);

    private static ProbeResult Judge(string place, RedisProbeOptions options, RedisInfo info)
    {
        var problem = Problem(options, info);
        return problem is null
            ? new(ProbeVerdict.Pass, $"{place} is a {(info.IsReplica ? "replica" : "master")} of version {info["redis_version"]} and uses {Size(info.Number("used_memory") ?? 0)}")
            : new(ProbeVerdict.Fail, $"{place}: {problem}");
    }

    private static string? Problem(RedisProbeOptions options, RedisInfo info)
    {
        if (info.Number("used_memory") is not { } used || info["role"] is null)
        {
            return "its INFO says neither role nor memory";
        }

        var most = info.Number("maxmemory") ?? 0;
        return info["loading"] == "1" ? "it is still loading its data"
            : options.Role is RedisRole.Master && info.IsReplica ? "it is a replica: expected a master"
            : options.Role is RedisRole.Replica && !info.IsReplica ? "it is a master: expected a replica"
            : info.IsReplica && info["master_link_status"] != "up" ? $"its connection to its master is {info["master_link_status"] ?? "not known"}"
            : info.Number("connected_slaves") is var replicas && (replicas ?? 0) < options.LeastReplicas ? $"{replicas ?? 0} replicas are connected: expected at least {options.LeastReplicas}"
            : options.MaxMemory is { } limit && ValueText.TrySize(limit, out var largest) && used > largest ? $"it uses {Size(used)}: expected at most {limit}"
            : options.MaxMemoryUse is { } share && most == 0 ? $"it has no maxmemory, so {share} of it is no limit"
            : options.MaxMemoryUse is { } use && used > (double)use.Fraction * most ? $"it uses {Size(used)} of {Size(most)}: expected at most {use}"
            : options.Persists && (info["rdb_last_bgsave_status"], info["aof_last_write_status"] ?? "ok") is var (saved, written) && (saved != "ok" || written != "ok") ? $"its last save was not well (rdb {saved}, aof {written})"
            : null;
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.#} MB");
}

/// <summary>The answer to <c>INFO</c>: <c>name:value</c>, a line each.</summary>
internal sealed class RedisInfo
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string name] => _values.GetValueOrDefault(name);

    public bool IsReplica => this["role"] is "slave" or "replica";

    public static RedisInfo Parse(string text)
    {
        var info = new RedisInfo();
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => !line.StartsWith('#')))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                _ = info._values.TryAdd(line[..colon], line[(colon + 1)..]);
            }
        }

        return info;
    }

    public long? Number(string name) => long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
