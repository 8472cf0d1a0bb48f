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

    private readonly Gate _gate;

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
        _gate = new Gate(change?.Invoke(options) ?? options);
        State = _gate.Start(new Percent(10), Now);
    }

    public DateTimeOffset Now { get; private set; } = Noon;

    public GateState State { get; private set; }

    public GateOutcome Outcome => State.Verdict.Outcome;

    public string Reason => State.Verdict.Reason;

    public bool IsUnavailableTooLong => _gate.IsUnavailableTooLong(State, Now);

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
        State = Gate.BeginStep(State, new Percent(share), Now);
        return this;
    }

    public Scene Tick(VariantDelta candidate, VariantDelta? stable = null, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Now += TimeSpan.FromSeconds(1);
            State = _gate.Advance(State, new GateTick(Now, stable ?? Counted(450, 0), candidate));
        }

        return this;
    }

    public Scene Tick(double requests, double errors, int times = 1) => Tick(Counted(requests, errors), times: times);

    public Scene Persist()
    {
        State = GateJson.FromJson(System.Text.Json.Nodes.JsonNode.Parse(State.ToJson().ToJsonString())!.AsObject());
        return this;
    }
}
