using System.Security.Cryptography;
using System.Text;
using Release.Runs;

namespace Release.Tests.Processes;

/// <summary>
/// What the runner relies on in every step that can be taken back. Each test gets a fresh world from
/// <see cref="NewWorld"/>; "the world" is whatever the step changes, as text.
/// </summary>
public abstract class StepConformance
{
    public static readonly StepKey Key = KeyOf("apply");
    public static readonly StepKey UndoKey = KeyOf("undo");

    /// <summary>A world in which the step has yet to be applied.</summary>
    protected abstract Task<StepWorld> NewWorld();

    public static StepKey KeyOf(string text) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]);

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Describing_says_something_in_one_line()
    {
        await using var world = await NewWorld();
        world.Step.Describe().ShouldNotBeNullOrWhiteSpace();
        world.Step.Describe().ShouldNotContain('\n');
        world.Step.Deadline.ShouldBeGreaterThan(TimeSpan.Zero);
        world.Step.Id.ShouldMatch("^[a-z0-9]+(-[a-z0-9.+]+)*$");
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Observing_changes_nothing()
    {
        await using var world = await NewWorld();
        var before = await world.Show();

        (await world.Step.Observe(default)).State.ShouldBe(StepState.Pending);
        (await world.Step.Observe(default)).State.ShouldBe(StepState.Pending);

        (await world.Show()).ShouldBe(before);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Applied_twice_under_one_key_it_is_applied_once()
    {
        await using var world = await NewWorld();
        await world.Step.Apply(Key, default);
        var once = await world.Show();

        await world.Step.Apply(Key, default);

        (await world.Show()).ShouldBe(once);
        (await world.Step.Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Undone_twice_the_world_is_as_before()
    {
        await using var world = await NewWorld();
        var (shown, before) = await world.Look();
        await world.Step.Apply(Key, default);

        await world.Step.Undo(before, UndoKey, default);
        await world.Step.Undo(before, UndoKey, default);

        (await world.Show()).ShouldBe(world.Keeps ? await world.Show() : shown);
        (await world.Step.Observe(default)).State.ShouldBe(world.Keeps ? StepState.Applied : StepState.Pending);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Undone_without_an_apply_nothing_changes()
    {
        await using var world = await NewWorld();
        var (shown, before) = await world.Look();

        await world.Step.Undo(before, UndoKey, default);

        (await world.Show()).ShouldBe(shown);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Undone_after_half_an_apply_the_world_is_as_before()
    {
        await using var world = await NewWorld();
        var (shown, before) = await world.Look();
        await world.ApplyHalf();

        await world.Step.Undo(before, UndoKey, default);

        (await world.Show()).ShouldBe(shown);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Applied_after_half_an_apply_it_is_applied()
    {
        await using var world = await NewWorld();
        await world.ApplyHalf();

        await world.Step.Apply(Key, default);

        (await world.Step.Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public async Task Undone_and_applied_again_under_another_key_it_is_applied()
    {
        await using var world = await NewWorld();
        var (_, before) = await world.Look();
        await world.Step.Apply(Key, default);
        await world.Step.Undo(before, UndoKey, default);

        await world.Step.Apply(KeyOf("apply, second round"), default);

        (await world.Step.Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [ProgramsFact(["git", "sh", "dotnet"])]
    public virtual async Task What_was_there_before_survives_an_undo()
    {
        await using var world = await NewWorld();
        await world.Step.Apply(Key, default);
        var (shown, before) = await world.Look();

        await world.Step.Apply(KeyOf("another run"), default);
        await world.Step.Undo(before, KeyOf("another run, undo"), default);

        (await world.Show()).ShouldBe(shown);
    }
}
