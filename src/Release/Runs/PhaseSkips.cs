using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Runs;

/// <summary>
/// The phases that a person leaves out of a run. Which and why is a decision, journaled before the run changes anything, so
/// that whoever resumes the run leaves out the same; each is recorded once more when its turn comes.
/// </summary>
internal sealed class PhaseSkips
{
    /// <summary>How a phase ended whose turn came and that was left out.</summary>
    public const string Status = "skipped";

    private readonly SortedDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    public bool Has(string phase) => _reasons.ContainsKey(phase);

    /// <summary>Leaves a phase out. Throws where that would make no release, or nobody says why.</summary>
    public void Add(string phase, string reason, ReleaseEnvironment environment)
    {
        Check(phase, reason, environment);
        _reasons[phase] = reason;
    }

    public static void Check(string phase, string reason, ReleaseEnvironment environment)
    {
        if (Phases.WhyNeverSkipped(phase) is { } why)
        {
            throw new ReleaseException(
                ExitStatus.Usage, $"{phase} cannot be skipped: {why}. Nothing was touched.", $"Leave out --skip {phase}.");
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"{phase} guards what comes after it, so skipping it needs a reason that is recorded. Nothing was touched.",
                $"Say why: {environment.Command($"Promote --skip {phase} --reason \"…\"")}.");
        }
    }

    /// <summary>Leaves out what the run leaves out: it is resumed, and nobody decided anew.</summary>
    public void AddAll(RunState run)
    {
        foreach (var (phase, reason) in run.Skips)
        {
            _reasons[phase] = reason;
        }
    }

    /// <summary>Records what is left out from now on, unless the journal says the same.</summary>
    public async Task Decide(RunContext run)
    {
        var left = _reasons.Where(s => !run.Journal.Run.HasFinished(s.Key)).ToList();
        if (left.Count == run.Journal.Run.Skips.Count && left.TrueForAll(s => run.Journal.Run.Skips.GetValueOrDefault(s.Key) == s.Value))
        {
            return;
        }

        var data = new JsonObject
        {
            ["by"] = run.Environment.Inputs.Owner,
            ["skips"] = new JsonArray([.. left.Select(s => new JsonObject { ["phase"] = s.Key, ["reason"] = s.Value })]),
        };
        var said = left.Count == 0 ? "nothing is skipped any more" : string.Join("; ", left.Select(s => $"{s.Key}: {s.Value}"));
        await run.Journal.Decide(Decision.Skip, said, data);
    }

    /// <summary>Records that a phase's turn came and that it was left out.</summary>
    public async Task Pass(RunContext run, string phase)
    {
        if (Has(phase) && !run.Journal.Run.HasFinished(phase) && !run.Journal.Run.WasSkipped(phase))
        {
            run.Screen.Warn($"  {phase} is skipped: {_reasons[phase]}");
            await run.Journal.Append(RecordType.PhaseFinished, new JsonObject { ["status"] = Status, ["reason"] = _reasons[phase] }, phase);
        }
    }

    /// <summary>From the journal.</summary>
    public static IReadOnlyDictionary<string, string> FromJson(JsonObject data) => (data["skips"] as JsonArray ?? [])
        .ToDictionary(s => s!["phase"]!.GetValue<string>(), s => s!["reason"]?.GetValue<string>() ?? "");
}
