using Release.Gates;
using Release.Gates.Criteria;

namespace Release.Tests.Gates.Criteria;

/// <summary>From ticks to checks. A tick is five seconds.</summary>
public sealed class WatchingACriterion
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly Condition OnePercent = new(0.01);

    [Fact]
    public void For_ten_minutes_fails_after_ten_bad_minutes_and_not_before()
    {
        var scene = new Watch(Criterion.For("errors", OnePercent, TenMinutes, Minute));
        scene.Minutes(9, 50, 1).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Minutes(1, 50, 1).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void For_ten_minutes_begins_again_after_a_good_minute()
    {
        var scene = new Watch(Criterion.For("errors", OnePercent, TenMinutes, Minute));
        scene.Minutes(9, 50, 1).Minutes(1, 50, 0).Minutes(9, 50, 1).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Minutes(1, 50, 1).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void For_ten_minutes_a_quiet_minute_neither_adds_nor_ends()
    {
        var scene = new Watch(Criterion.For("errors", OnePercent, TenMinutes, Minute));
        scene.Minutes(9, 50, 1).Minutes(5, 1, 1).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.State.Last.ShouldBe(CheckResult.Inconclusive);
        scene.Minutes(1, 50, 1).Outcome.ShouldBe(GateOutcome.Fail);
    }

    /// <summary>
    /// The same runbook's sentence read the other way: one terrible minute among good ones is more than 1 % of all of ten
    /// minutes, and never ten bad minutes.
    /// </summary>
    [Fact]
    public void Over_ten_minutes_is_one_pooled_share()
    {
        var pooled = new Watch(Criterion.PooledOver("errors", OnePercent, TenMinutes, Minute));
        pooled.Minutes(9, 50, 0).Outcome.ShouldBe(GateOutcome.Undecided);
        pooled.State.Last.ShouldBeNull();
        pooled.Minutes(1, 50, 6).Outcome.ShouldBe(GateOutcome.Fail);
        new Watch(Criterion.For("errors", OnePercent, TenMinutes, Minute)).Minutes(9, 50, 0).Minutes(1, 50, 6).Outcome.ShouldBe(GateOutcome.Undecided);
    }

    [Fact]
    public void Over_ten_minutes_slides()
    {
        var scene = new Watch(Criterion.PooledOver("errors", OnePercent, TenMinutes, Minute));
        scene.Minutes(1, 50, 4).Minutes(9, 50, 0).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Minutes(1, 50, 2).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Minutes(8, 50, 0).Minutes(1, 50, 4).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Immediate_is_the_first_bad_tick_also_in_the_warm_up()
    {
        var criterion = Criterion.Immediately("errors", new Condition(0.5), Tick);
        criterion.RunsInWarmUp.ShouldBeTrue();
        Criterion.For("errors", OnePercent, TenMinutes, Minute).RunsInWarmUp.ShouldBeFalse();
        var scene = new Watch(criterion);
        scene.Ticks(3, 50, 25).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Ticks(1, 19, 19).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.Ticks(1, 50, 26).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Fact]
    public void Exactly_at_the_limit_is_kept() =>
        Criterion.Immediately("errors", new Condition(0.29), Tick).Check(new(100, 29, 29), default).Result.ShouldBe(CheckResult.Success);

    [Theory]
    [InlineData(4, CheckResult.Success)]
    [InlineData(5, CheckResult.Inconclusive)]
    [InlineData(10, CheckResult.Inconclusive)]
    [InlineData(11, CheckResult.Failure)]
    public void Between_success_and_failure_is_inconclusive(double events, CheckResult expected) =>
        Criterion.Immediately("errors", new Condition(0.1, SucceedsAt: 0.04), Tick).Check(new(100, events, events), default).Result.ShouldBe(expected);

    /// <summary>A limit between two buckets: surely 3 % above, possibly 8 %.</summary>
    [Fact]
    public void Between_two_buckets_is_inconclusive() =>
        Criterion.Immediately("p95", new Condition(0.05), Tick).Check(new(100, 3, 8), default).Result.ShouldBe(CheckResult.Inconclusive);

    [Fact]
    public void What_stable_breaks_as_well_is_nobodys_regression()
    {
        var scene = new Watch(Criterion.Immediately("errors", OnePercent, Tick)) { Stable = new EventCounts(450, 90, 90) };
        scene.Ticks(20, 50, 10).Outcome.ShouldBe(GateOutcome.Undecided);
        (scene.State.Last, scene.State.IsShared).ShouldBe((CheckResult.Inconclusive, true));
    }

    [Fact]
    public void After_an_error_it_tries_again_soon_and_loses_no_count()
    {
        var scene = new Watch(Criterion.For("errors", OnePercent, TenMinutes, Minute));
        scene.Ticks(11, 50, 0).Fail(1, "timed out");
        (scene.State.Last, scene.State.Problem, scene.State.Run.Checks).ShouldBe((CheckResult.Error, "timed out", 1));
        scene.Ticks(1, 50, 0).State.Run.Checks.ShouldBe(1);
        scene.Ticks(1, 50, 0).State.Run.Checks.ShouldBe(2);
        (scene.State.Last, scene.State.Problem).ShouldBe((CheckResult.Success, null));
        scene.Minutes(1, 50, 0).State.Run.Checks.ShouldBe(3);
    }

    [Fact]
    public void Five_errors_in_a_row_are_unavailable_until_it_can_measure()
    {
        var scene = new Watch(Criterion.For("errors", OnePercent, TenMinutes, Minute));
        scene.Ticks(11, 50, 0).Fail(9, "gone").Outcome.ShouldBe(GateOutcome.Unavailable);
        scene.Ticks(2, 50, 0).Outcome.ShouldBe(GateOutcome.Undecided);
    }

    [Fact]
    public void A_query_is_averaged_over_its_interval_and_may_have_a_least()
    {
        var scene = new Watch(new Criterion
        {
            Id = "workers",
            Condition = new Condition(3, IsMinimum: true),
            Interval = Tick * 2,
            MinRequests = 1,
            Limits = CriterionLimits.Immediate,
        });
        scene.Value(2).Value(4).Outcome.ShouldBe(GateOutcome.Undecided);
        scene.State.Last.ShouldBe(CheckResult.Success);
        scene.Value(2).Value(3).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_answer_that_is_no_number_is_an_error(double value)
    {
        var scene = new Watch(new Criterion { Id = "cpu", Condition = new Condition(0.9), Interval = Tick, MinRequests = 1 });
        scene.Value(value).State.Last.ShouldBe(CheckResult.Error);
        scene.Outcome.ShouldBe(GateOutcome.Undecided);
    }

    [Fact]
    public void Counts_that_are_no_numbers_are_an_error() =>
        Criterion.Immediately("errors", OnePercent, Tick).Check(new(double.NaN, 0, 0), default).Result.ShouldBe(CheckResult.Error);

    private sealed class Watch(Criterion criterion)
    {
        private DateTimeOffset _now = Scene.Noon;

        public EventCounts Stable { get; init; } = new(450, 0, 0);

        public CriterionState State { get; private set; } = CriterionState.Begin(criterion, Scene.Noon);

        public GateOutcome Outcome => State.Run.Outcome;

        public Watch Minutes(int minutes, double requests, double events) => Ticks(12 * minutes, requests, events);

        public Watch Ticks(int ticks, double requests, double events)
        {
            for (var i = 0; i < ticks; i++)
            {
                Take(new CriterionTick(Next(), new(requests, events, events), Stable));
            }

            return this;
        }

        public Watch Fail(int ticks, string problem)
        {
            for (var i = 0; i < ticks; i++)
            {
                Take(new CriterionTick(Next(), default, default, problem));
            }

            return this;
        }

        public Watch Value(double value)
        {
            Take(CriterionTick.Of(Next(), value));
            return this;
        }

        private DateTimeOffset Next() => _now += Tick;

        private void Take(CriterionTick tick) => State = State.Advance(criterion, tick, Tick / 2);
    }
}
