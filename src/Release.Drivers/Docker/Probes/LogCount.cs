using System.Text.RegularExpressions;

namespace Release.Drivers.Docker.Probes;

/// <summary>How often each pattern was logged by the containers of one variant of a service, and how much else.</summary>
internal sealed class LogCount(IReadOnlyList<Regex> patterns, IReadOnlyList<Regex> ignored)
{
    private readonly long[] _matches = new long[patterns.Count];
    private readonly string?[] _first = new string?[patterns.Count];

    /// <summary>Gets all lines, but those that do not count.</summary>
    public long Lines { get; private set; }

    /// <summary>Gets the lines that match none: what a variant logs whether or not something is wrong, and so a measure of its work.</summary>
    public long Ordinary { get; private set; }

    /// <summary>Gets how long the containers were looked at, added up.</summary>
    public TimeSpan Watched { get; private set; }

    public long Matches(int pattern) => _matches[pattern];

    /// <summary>The first line of a pattern, as it came.</summary>
    public string? First(int pattern) => _first[pattern];

    /// <summary>Adds what a container logged from a moment to another.</summary>
    public async Task Add(DockerEngine engine, Container container, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        Watch(until - Later(since, container.Created));
        await foreach (var line in engine.Logs(container.Id, since, until, follow: false, tail: null, cancellation))
        {
            Add(line.Text);
        }
    }

    /// <summary>Adds to the time.</summary>
    public void Watch(TimeSpan time) => Watched += time;

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        if (ignored.Any(pattern => pattern.IsMatch(line)))
        {
            return;
        }

        Lines++;
        var isOrdinary = true;
        for (var i = 0; i < patterns.Count; i++)
        {
            if (patterns[i].IsMatch(line))
            {
                isOrdinary = false;
                _matches[i]++;
                _first[i] ??= line;
            }
        }

        Ordinary += isOrdinary ? 1 : 0;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
