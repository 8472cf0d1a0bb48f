using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A Redis answers, and is as a release wants it.</summary>
public sealed record RedisProbeOptions : ProbeOptions
{
    /// <summary>Gets the name or address.</summary>
    [MayHoldPlaceholders]
    public required string Host { get; init; }

    /// <summary>Gets the port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 6379;

    /// <summary>Gets whether the connection is encrypted; its certificate must hold for the host.</summary>
    public bool Tls { get; init; }

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
    public static async Task<ProbeResult> Look(RedisProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var place = $"redis at {context.Placeholders.Show(options.Host)}:{options.Port}";
        if (options.Tls && !Sha256.HasOpenSsl)
        {
            return new(ProbeVerdict.Unavailable, $"{place}: {HttpProbe.NoTls}");
        }

        try
        {
            await using var redis = await RespClient.Connect(context.Placeholders.Resolve(options.Host), options.Port, options.Tls, cancellation);
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
        catch (RespErrorException error) when (error.Message.StartsWith("WRONGPASS", StringComparison.Ordinal) || error.Message.StartsWith("NOAUTH", StringComparison.Ordinal) || error.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            return new(ProbeVerdict.Unavailable, $"{place} does not let us look: {error.Message}", "Correct user and password, or let the user call PING and INFO.");
        }
        catch (RespErrorException error)
        {
            return new(ProbeVerdict.Fail, $"{place}: {error.Message}");
        }
        catch (Exception problem) when (problem is SocketException or IOException or InvalidDataException or AuthenticationException)
        {
            return new(ProbeVerdict.Unavailable, $"{place}: {problem.GetBaseException().Message}");
        }
    }

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
