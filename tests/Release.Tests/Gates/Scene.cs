using Release.Configuration;
using Release.Gates;

namespace Release.Tests.Gates;

/// <summary>A gate and its clock. Every tick is a second; counts are of that second.</summary>
internal sealed class Scene
{
    public static readonly DateTimeOffset Noon = new(2026, 8, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly ObjectiveOptions ErrorRate = new() { Id = "error-rate", Type = ObjectiveType.Errors, Max = "1%" };

    public static readonly ObjectiveOptions P95 =
        new() { Id = "latency-p95", Type = ObjectiveType.Latency, Quantile = 0.95, Max = "250ms" };

    private readonly GateOptions _options;
    private readonly List<Func<Gate, GateVerdict?>> _story = [];

    public Scene(Func<GateOptions, GateOptions>? change = null, params ObjectiveOptions[] objectives)
    {
        var options = new GateOptions
        {
            Metrics = new MetricsOptions { Type = "scrape" },
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromSeconds(60) },
            Objectives = objectives.Length == 0 ? [ErrorRate] : objectives,
        };
        _options = change?.Invoke(options) ?? options;
        Gate = Begin();
    }

    public DateTimeOffset Now { get; private set; } = Noon;

    public Gate Gate { get; private set; }

    public GateOutcome Outcome => Gate.Verdict.Outcome;

    public GateCause Cause => Gate.Verdict.Cause;

    public string Reason => Gate.Verdict.Reason;

    public bool IsUnavailableTooLong => Gate.IsUnavailableTooLong(Now);

    public static VariantDelta Counted(double requests, double errors) => new(new Counters(requests, errors, []), 1, []);

    /// <summary>Requests of which some took over 100 ms, some of those over 250 ms, some of those over 500 ms.</summary>
    public static VariantDelta Timed(double requests, double over100, double over250, double over500) => new(
        new Counters(
            requests,
            0,
            [new(0.1, requests - over100), new(0.25, requests - over250), new(0.5, requests - over500), new(double.PositiveInfinity, requests)]),
        1,
        []);

    public static VariantDelta Unread(string problem) => new(new Counters(0, 0, []), 0, [problem]);

    public Scene Step(int share)
    {
        var at = Now;
        return Do(gate =>
        {
            gate.BeginStep(new Percent(share), at);
            return null;
        });
    }

    public Scene Tick(VariantDelta candidate, VariantDelta? stable = null, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Now += TimeSpan.FromSeconds(1);
            var tick = new GateTick(Now, stable ?? Counted(450, 0), candidate);
            Do(gate => gate.Advance(GateJson.TickFromJson(Written(tick.ToJson()))));
        }

        return this;
    }

    public Scene Tick(double requests, double errors, int times = 1) => Tick(Counted(requests, errors), times: times);

    /// <summary>Another process goes on: it has nothing but what was counted.</summary>
    public Scene Replay()
    {
        Gate = Begin();
        _story.ForEach(act => act(Gate));
        return this;
    }

    private static System.Text.Json.Nodes.JsonObject Written(System.Text.Json.Nodes.JsonObject json) =>
        System.Text.Json.Nodes.JsonNode.Parse(json.ToJsonString())!.AsObject();

    // As long as stable has served: ten seconds of it.
    private Gate Begin() => Gate.Begin(_options, new GateStart(
        [Timed(4_500, 450, 45, 5).Counts with { Errors = 4 }], new Percent(10), Noon, TimeSpan.FromMinutes(3)));

    private Scene Do(Func<Gate, GateVerdict?> act)
    {
        _story.Add(act);
        _ = act(Gate);
        return this;
    }
}
