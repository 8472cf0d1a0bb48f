using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>What must be true of every journal and of every effect, whatever happened.</summary>
internal static class JournalRules
{
    /// <summary>All of them.</summary>
    public static void Hold(Scene scene)
    {
        TheChainHolds(scene.Journal.Records);
        EveryPrefixFoldsAsItGrew(scene.Journal.Records);
        HoldQuickly(scene);
    }

    /// <summary>Those that do not hash and fold every record anew.</summary>
    public static void HoldQuickly(Scene scene)
    {
        var records = scene.Journal.Records;
        NoStepBeginsBeforeTheLastOnesOutcome(records);
        BeforeIsRecordedOnce(records);
        OneKeyPerStepDirectionAndRound(records);
        EveryEffectHasAnIntentBeforeIt(scene.World.Effects, records);
        NoEffectHappenedTwiceUnderDifferentKeys(scene.World.Effects, records);
    }

    public static void TheChainHolds(IReadOnlyList<JournalRecord> records)
    {
        var previous = JournalLine.NoHash;
        foreach (var record in records)
        {
            record.PrevHash.ShouldBe(previous);
            var line = JournalLine.Write(record.Entry, record.Env, record.Seq, record.Token, record.Ts, previous);
            JournalLine.Read(line.AsMemory(..^1), record.Env, record.Seq, wantRecord: false, new()).Hash.ShouldBe(record.Hash);
            previous = record.Hash;
        }
    }

    public static void EveryPrefixFoldsAsItGrew(IReadOnlyList<JournalRecord> records)
    {
        var grown = new EnvironmentState([]);
        foreach (var record in records)
        {
            grown.Add(record);
        }

        Text(grown).ShouldBe(Text(new EnvironmentState(records)));
    }

    // Steps that depend on each other: those of a release on its way forward. On the way back branches stop alone.
    public static void NoStepBeginsBeforeTheLastOnesOutcome(IReadOnlyList<JournalRecord> records)
    {
        var state = new EnvironmentState(records);
        var begun = new HashSet<(string? Run, string Step)>();
        foreach (var record in records.Where(r => r.Entry is { Step: not null, Phase: not (Phases.Rollback or Phases.Retire) }))
        {
            var step = (record.Entry.Run, record.Entry.Step!);
            if (record.Type is RecordType.StepIntent && !step.Item2.Contains("-again-", StringComparison.Ordinal))
            {
                begun.Where(b => b != step && b.Run == step.Run && state.Run(b.Run!)!.Opening.TurnsBack)
                    .ShouldBeEmpty($"{step} began at record {record.Seq} (invariant 2)");
                _ = begun.Add(step);
            }
            else if (record.Type is not RecordType.StepUndoIntent)
            {
                _ = begun.Remove(step);
            }
        }
    }

    public static void BeforeIsRecordedOnce(IReadOnlyList<JournalRecord> records)
    {
        var state = new EnvironmentState(records);
        foreach (var first in records.Where(r => r.Type is RecordType.StepIntent).GroupBy(r => (r.Entry.Run, r.Entry.Step)).Select(g => g.First()))
        {
            JsonNode.DeepEquals(state.Run(first.Entry.Run!)!.Step(first.Entry.Step!).Before, first.Data["before"]).ShouldBeTrue($"{first.Entry.Step} (invariant 3)");
        }
    }

    public static void OneKeyPerStepDirectionAndRound(IReadOnlyList<JournalRecord> records)
    {
        var rounds = new Dictionary<(string?, string?), int>();
        var keys = new Dictionary<(string?, string?, int, bool), string?>();
        foreach (var record in records.Where(r => r.Entry.Step is not null && r.Entry.Key is not null))
        {
            var step = (record.Entry.Run, record.Entry.Step);
            var isForward = record.Type is RecordType.StepIntent or RecordType.StepApplied or RecordType.StepFailed;
            var at = (step.Run, step.Step, rounds.GetValueOrDefault(step), isForward);
            _ = keys.TryAdd(at, record.Entry.Key);
            keys[at].ShouldBe(record.Entry.Key, $"{at} (invariant 4)");
            if (record.Type is RecordType.StepUndone)
            {
                rounds[step] = rounds.GetValueOrDefault(step) + 1;
            }
        }

        keys.Values.ShouldBeUnique();
    }

    public static void EveryEffectHasAnIntentBeforeIt(IReadOnlyList<Effect> effects, IReadOnlyList<JournalRecord> records)
    {
        var intents = records.Where(r => r.Type is RecordType.StepIntent or RecordType.StepUndoIntent).ToLookup(r => (r.Type, r.Entry.Key));
        foreach (var effect in effects)
        {
            var type = effect.Way is Way.Apply ? RecordType.StepIntent : RecordType.StepUndoIntent;
            intents[(type, effect.Key)].Any(r => r.Ts <= effect.At).ShouldBeTrue($"{effect} (invariant 1)");
        }
    }

    public static void NoEffectHappenedTwiceUnderDifferentKeys(IReadOnlyList<Effect> effects, IReadOnlyList<JournalRecord> records)
    {
        var intents = records.Where(r => r.Type is RecordType.StepIntent).ToLookup(r => r.Entry.Key, r => (r.Entry.Run, r.Entry.Step));
        var undone = records.Where(r => r.Type is RecordType.StepUndone).ToLookup(r => r.Entry.Step);
        foreach (var same in effects.Where(e => e.Way is Way.Apply).GroupBy(e => (Step: intents[e.Key].Select(i => i.Step).FirstOrDefault(), e.Field, e.To)))
        {
            var keys = same.Select(e => e.Key).Distinct().ToList();
            var runs = keys.SelectMany(k => intents[k]).Distinct().Count();
            keys.Count.ShouldBeLessThanOrEqualTo(runs + undone[same.Key.Step].Count(), $"{same.Key} (invariant 4)");
        }
    }

    /// <summary>A whole fold as text, so that two can be compared.</summary>
    public static string Text(EnvironmentState state) => JsonSerializer.Serialize(new
    {
        state.Stable,
        state.Previous,
        LastPromoted = state.LastPromoted?.Id,
        state.IsDown,
        state.LastSeq,
        state.Due,
        Open = state.Open?.Id,
        Runs = state.Runs.Select(r => new
        {
            r.Id, r.StartedAt, r.FinishedAt, r.Goal, r.Outcome, r.Reason, r.GoesBack, r.IsPromoted, r.IsParked, r.StuckBecause, r.Verdict, r.Samples, r.Phases, r.Steps,
        }),
    });
}
