namespace Release.Probes;

/// <summary>What a probe found. Unavailable is not pass and not fail: it could not look.</summary>
public enum ProbeVerdict
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>Looked, and it is not as it should be.</summary>
    Fail,

    /// <summary>Could not look: no answer, no tool, no right to see.</summary>
    Unavailable,
}

/// <summary>A probe's result.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">One sentence: what was seen, and for anything but a pass what was expected. Filtered text.</param>
/// <param name="Next">What to do about it, for anything but a pass; may be empty.</param>
public sealed record ProbeResult(ProbeVerdict Verdict, string Detail, string Next = "");

/// <summary>
/// One read-only check. Changes nothing. Answers within its timeout, whatever the peer does: a time-out is
/// <see cref="ProbeVerdict.Unavailable"/>. Throws only on cancellation of the token it was given.
/// </summary>
public interface IProbe
{
    /// <summary>Gets the name from the configuration, unique among the checks.</summary>
    string Id { get; }

    /// <summary>Gets its type (<c>http</c>).</summary>
    string Type { get; }

    /// <summary>Gets how long a look may take.</summary>
    TimeSpan Timeout { get; }

    /// <summary>Looks once.</summary>
    Task<ProbeResult> Look(CancellationToken cancellation);
}
