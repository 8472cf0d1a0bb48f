using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.Peers;

/// <summary>
/// Goal: an answer that is lost, before the effect or after it, is never taken for success, and whoever comes next, the
/// same step again or its undo, ends with the world whole. Method: a Kong that keeps what it is told loses the answer of
/// one call, each call in turn, in every way.
/// </summary>
public sealed class LosingAnswers
{
    public static TheoryData<Loss> Losses => [.. Enum.GetValues<Loss>()];

    [Theory]
    [MemberData(nameof(Losses))]
    public Task Applying_again_sets_the_split_and_adds_no_target_twice(Loss loss) => EveryCall(async call =>
    {
        await using var kong = await RememberingKong.WithStable(loss);
        var lost = await kong.Losing(loss, call, () => kong.Step.Apply(StepConformance.Key, default));
        await kong.Step.Apply(StepConformance.Key, default);
        kong.Weights.ShouldBe("127.0.0.1:1001=9000 127.0.0.1:1002=1000");
        kong.Additions.ShouldBe(1, "one target was new");
        (await kong.Step.Observe(default)).State.ShouldBe(StepState.Applied);
        kong.Starved.ShouldBeFalse();
        return lost;
    });

    [Theory]
    [MemberData(nameof(Losses))]
    public Task Undoing_puts_back_what_was(Loss loss) => EveryCall(async call =>
    {
        await using var kong = await RememberingKong.WithStable(loss);
        var lost = await kong.Losing(loss, call, () => kong.Step.Apply(StepConformance.Key, default));
        await kong.Step.Undo(kong.Before, StepConformance.UndoKey, default);
        kong.Weights.ShouldBe("127.0.0.1:1001=10000");
        kong.Starved.ShouldBeFalse();
        return lost;
    });

    [Theory]
    [MemberData(nameof(Losses))]
    public Task Undoing_that_loses_an_answer_may_be_repeated(Loss loss) => EveryCall(async call =>
    {
        await using var kong = await RememberingKong.WithStable(loss);
        await kong.Step.Apply(StepConformance.Key, default);
        var lost = await kong.Losing(loss, call, () => kong.Step.Undo(kong.Before, StepConformance.UndoKey, default));
        await kong.Step.Undo(kong.Before, StepConformance.UndoKey, default);
        kong.Weights.ShouldBe("127.0.0.1:1001=10000");
        kong.Starved.ShouldBeFalse();
        return lost;
    });

    /// <summary>Loses the first call, the second, and so on to one that is never made.</summary>
    private static async Task EveryCall(Func<int, Task<bool>> losing)
    {
        var lost = await Task.WhenAll(Enumerable.Range(1, 8).Select(losing));
        lost.TakeWhile(happened => happened).Count().ShouldBeInRange(4, 7);
        lost.SkipWhile(happened => happened).ShouldAllBe(happened => !happened);
    }
}
