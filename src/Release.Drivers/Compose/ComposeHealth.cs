using System.Globalization;
using System.Text.RegularExpressions;

namespace Release.Drivers.Compose;

/// <summary>A health check of a service, as far as a release can use it.</summary>
/// <param name="Path">The path that is asked; null when the check is no HTTP request to the service itself.</param>
/// <param name="Port">The port in the container; null when none is written.</param>
/// <param name="Boot">How long compose itself waits until it calls the service unhealthy.</param>
/// <param name="Command">What the check runs, or why there is none; for a person.</param>
internal sealed partial record ComposeHealth(string? Path, int? Port, TimeSpan Boot, string Command)
{
    // Docker's own defaults (docs.docker.com/reference/dockerfile, HEALTHCHECK).
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private const int Retries = 3;

    /// <summary>Gets the longest that is taken over as a boot time.</summary>
    public static TimeSpan LongestBoot { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Reads a check.</summary>
    /// <param name="service">The service's name in compose, which a check may use for itself.</param>
    /// <param name="test">The words of <c>test</c>: a text is one word.</param>
    /// <param name="isText">Whether it was a text, which a shell reads.</param>
    /// <param name="member">The other members.</param>
    public static ComposeHealth Of(string service, IReadOnlyList<string> test, bool isText, Func<string, string?> member)
    {
        if (test is ["NONE"] || member("disable") is "true")
        {
            return new(null, null, TimeSpan.Zero, "it is switched off");
        }

        var words = !isText && test is ["CMD" or "CMD-SHELL", ..] ? test.Skip(1).ToList() : [.. test];
        var command = string.Join(' ', words);
        var (path, port) = Asked(service, command);
        return new(path, port, BootTime(member), command);
    }

    /// <summary>The time until compose gives up: the start period, and then every attempt.</summary>
    private static TimeSpan BootTime(Func<string, string?> member)
    {
        var retries = int.TryParse(member("retries"), NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times is > 0 and < 1000 ? times : Retries;
        var boot = (Duration(member("start_period")) ?? TimeSpan.Zero)
            + (((Duration(member("interval")) ?? Interval) + (Duration(member("timeout")) ?? Timeout)) * retries);
        boot = TimeSpan.FromSeconds(Math.Ceiling(boot.TotalSeconds));
        return boot > LongestBoot ? LongestBoot : boot;
    }

    private static (string? Path, int? Port) Asked(string service, string command)
    {
        var match = Address().Match(command);
        if (!match.Success || !IsRequest().IsMatch(command))
        {
            return (null, null);
        }

        var host = match.Groups["host"].Value;
        if (!host.Equals(service, StringComparison.OrdinalIgnoreCase) && host is not ("localhost" or "127.0.0.1" or "0.0.0.0" or "[::1]"))
        {
            return (null, null);
        }

        var path = match.Groups["path"].Value;
        int? port = int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535 ? number : null;
        return (path.Length == 0 ? "/" : path, port);
    }

    // Go's durations: 1m30s, 500ms. Null for what is none.
    private static TimeSpan? Duration(string? text)
    {
        if (text is null || !GoDuration().IsMatch(text))
        {
            return null;
        }

        var seconds = GoPart().Matches(text).Sum(part => decimal.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * part.Groups[2].Value switch
        {
            "ms" => 0.001m,
            "s" => 1,
            "m" => 60,
            _ => 3600,
        });
        return seconds > 86_400 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds((double)seconds);
    }

    [GeneratedRegex(@"\b(curl|wget|http|httpx|urlopen|fetch|requests|nc|healthcheck|node|python3?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex IsRequest();

    // With a scheme any host, without one only those that can be nothing else.
    [GeneratedRegex(@"(?:https?://(?<host>\[::1\]|[A-Za-z0-9_.-]+)|(?<![A-Za-z0-9_.-])(?<host>localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]))(?::(?<port>[0-9]{1,5}))?(?<path>/[A-Za-z0-9._~!$&()*+,;=:@%/?-]*)?", RegexOptions.None, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"\A(?:[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ms|s|m|h)){1,4}\z")]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"([0-9.]+)(ms|s|m|h)")]
    private static partial Regex GoPart();
}
