using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Journal;

namespace Release.Runs;

/// <summary>
/// A gate as the run's samples recorded it: the first one has stable's past, each has the counts of its tick. The same counts
/// give the same verdicts, so a resumed run goes on with the evidence that was there, and alpha is spent once.
/// </summary>
internal static class GateReplay
{
    /// <summary>How long the whole rollout may take.</summary>
    public static TimeSpan Window(EnvironmentOptions options) => options.Shares.Aggregate(TimeSpan.Zero, (sum, share) => sum + options.Gate.DurationOf(new Percent(share)).Max);

    /// <summary>What a tick records.</summary>
    public static JsonObject Sample(string service, GateTick tick, SplitCheck split, Gate gate, List<Counters> history)
    {
        var sample = new JsonObject
        {
            ["service"] = service,
            ["share"] = (double)gate.Share.Value,
            ["tick"] = tick.ToJson(),
            ["split"] = split.ToJson(),
            ["gate"] = gate.Look().ToJson(),
        };
        if (history.Count > 0)
        {
            sample["history"] = new JsonArray([.. history.Select(h => (JsonNode)GateJson.Counters(h))]);
            history.Clear();
        }

        return sample;
    }

    /// <summary>The gate of a service as the samples of an open run leave it; null when it has none.</summary>
    public static async Task<Gate?> Of(RunContext run, string service)
    {
        if (!run.Journal.Run.Samples.ContainsKey(service))
        {
            return null;
        }

        // The fold keeps the last ones only.
        var samples = new List<JsonObject>();
        _ = await run.Ports.Journal.Read(
            run.Journal.Run.OpenedSeq,
            record =>
            {
                if (record.Type is RecordType.Sample && record.Entry.Run == run.Journal.Run.Id && record.Data["service"]?.GetValue<string>() == service)
                {
                    samples.Add(record.Data);
                }
            },
            run.Stop.Token);
        return Replay(run.Options, samples);
    }

    private static Gate Replay(EnvironmentOptions options, List<JsonObject> samples)
    {
        try
        {
            var looks = samples.ConvertAll(s => GateLook.FromJson(s["gate"]!.AsObject()));
            IReadOnlyList<Counters> history = [.. (samples[0]["history"] as JsonArray ?? []).Select(h => GateJson.CountsFromJson(h!.AsObject()))];
            var gate = Gate.Begin(options.Gate, new GateStart(history, looks[0].Share, looks[0].StartedAt, Window(options), options.Services.Count));
            foreach (var (sample, look) in samples.Zip(looks))
            {
                if (look.StepAt != gate.StepAt)
                {
                    gate.BeginStep(look.Share, look.StepAt);
                }

                _ = gate.Advance(GateJson.TickFromJson(sample["tick"]!.AsObject()));
            }

            return gate;
        }
        catch (Exception strange) when (strange is FormatException or NullReferenceException or InvalidOperationException)
        {
            // Another version wrote them. What was spent of alpha is not known, so half of it is left.
            var last = samples[^1]["share"] is { } share ? new Percent((decimal)GateJson.Number(share)) : Percent.Zero;
            return Gate.Begin(options.Gate, new GateStart([], last, DateTimeOffset.MinValue, Window(options), options.Services.Count, HasLostState: true));
        }
    }
}
