namespace Release.Tests.Runs;

/// <summary>The two directions of a step.</summary>
internal enum Way
{
    Apply,
    Undo,
}

/// <summary>What can happen to a call that changes something outside.</summary>
internal enum Blow
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It fails and nothing was done.</summary>
    FailBefore,

    /// <summary>It fails and half of it was done.</summary>
    FailHalf,

    /// <summary>It fails though all of it was done: the answer was lost.</summary>
    FailAfter,

    /// <summary>It hangs until it is cancelled, and nothing was done.</summary>
    Hang,

    /// <summary>It hangs and does not even notice cancellation, as a stopped process.</summary>
    Freeze,

    /// <summary>The process is killed before anything was done.</summary>
    KillBefore,

    /// <summary>The process is killed half-way.</summary>
    KillHalf,

    /// <summary>The process is killed when all of it was done.</summary>
    KillAfter,

    /// <summary>The process is killed, and its call lands 3 s later.</summary>
    KillLate,

    /// <summary>It hangs until it is cancelled, and lands 3 s later all the same.</summary>
    CancelLate,
}

/// <summary>How a call travels.</summary>
/// <param name="There">How long until it lands.</param>
/// <param name="Back">How long its answer takes.</param>
/// <param name="LandsWhenCancelled">Whether it lands although its caller gave it up in between.</param>
/// <param name="Twice">Whether it lands twice before it is answered.</param>
internal sealed record Passage(TimeSpan There, TimeSpan Back, bool LandsWhenCancelled, bool Twice);

/// <summary>Which calls are struck, and which calls there were.</summary>
internal sealed class Blows
{
    private readonly List<Planned> _planned = [];

    /// <summary>Gets the calls so far: <c>apply start-candidate-ping</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Gets or sets what strikes calls that no blow was planned for.</summary>
    public Func<string, Way, Blow>? Weather { get; set; }

    /// <summary>Gets or sets how calls with a deadline travel: once they are on their way they land whatever becomes of their process; null for the short way.</summary>
    public Func<TimeSpan, Passage>? Travel { get; set; }

    /// <summary>Gets how many blows fell.</summary>
    public int Fallen { get; private set; }

    /// <summary>The next call of a step in a direction is struck.</summary>
    public void Strike(string step, Way way, Blow blow, bool always = false) => _planned.Add(new(call => call.Step == step && call.Way == way, blow, always));

    /// <summary>The call with this number, from 1 and counted from now, is struck.</summary>
    public void StrikeCall(int number, Blow blow)
    {
        var at = Calls.Count + number;
        _planned.Add(new(_ => Calls.Count == at, blow, Always: false));
    }

    public void Heal() => _planned.Clear();

    public Blow Next(string step, Way way)
    {
        Calls.Add($"{way.ToString().ToLowerInvariant()} {step}");
        var at = _planned.FindIndex(p => p.When((step, way)));
        if (at < 0)
        {
            return Weather?.Invoke(step, way) ?? Blow.None;
        }

        var planned = _planned[at];
        if (!planned.Always)
        {
            _planned.RemoveAt(at);
        }

        Fallen++;
        return planned.Blow;
    }

    private sealed record Planned(Func<(string Step, Way Way), bool> When, Blow Blow, bool Always);
}
