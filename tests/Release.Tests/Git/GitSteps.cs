#pragma warning disable CA2000 // The world of a conformance test disposes of its repository.
using Release.Drivers.Git;
using Release.Runs;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.Git;

public sealed class TaggingACommit : StepConformance
{
    private static readonly GitTagName Name = new("release/prod/1.2.0");

    [ProgramsFact(["git"])]
    public async Task Needs_no_committer_and_no_signature()
    {
        using var repository = await TestRepository.Create();
        _ = await repository.Git("config", "tag.gpgSign", "true");
        _ = await repository.Git("config", "user.useConfigOnly", "true");
        var step = await Step(repository, "# 1.2.0\n\nThe second line.");

        await step.Apply(Key, default);

        (await repository.Git("cat-file", "-p", Name.Reference)).ShouldContain("tagger Release <release@localhost>");
        (await repository.Git("cat-file", "-p", Name.Reference)).ShouldContain("# 1.2.0\n\nThe second line.");
    }

    [ProgramsFact(["git"])]
    public async Task A_tag_on_another_commit_is_not_moved()
    {
        using var repository = await TestRepository.Create();
        var step = await Step(repository);
        await step.Apply(Key, default);
        _ = await repository.Commit("two");
        var second = await Step(repository);

        (await second.Observe(default)).State.ShouldBe(StepState.Torn);
        var refused = await Should.ThrowAsync<ReleaseException>(() => second.Apply(Key, default));

        refused.Message.ShouldContain("already on commit");
        (await step.Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [ProgramsFact(["git"])]
    public async Task An_undo_leaves_a_tag_that_a_person_made_meanwhile()
    {
        using var repository = await TestRepository.Create();
        var step = await Step(repository);
        var before = new Before((await step.Observe(default)).Seen);
        _ = await repository.Git("tag", Name.Value);

        await step.Undo(before, UndoKey, default);

        (await repository.Refs()).ShouldContain(Name.Reference);
    }

    [ProgramsFact(["git"])]
    public async Task An_undo_leaves_a_tag_that_was_moved()
    {
        using var repository = await TestRepository.Create();
        var step = await Step(repository);
        var before = new Before((await step.Observe(default)).Seen);
        await step.Apply(Key, default);
        var other = await repository.Commit("two");
        _ = await repository.Git("tag", "--force", Name.Value, other);

        await step.Undo(before, UndoKey, default);

        (await repository.Refs()).ShouldContain(other + " commit\t" + Name.Reference);
    }

    [ProgramsFact(["git"])]
    public async Task A_tag_of_a_longer_name_is_not_taken_for_it()
    {
        using var repository = await TestRepository.Create();
        _ = await repository.Git("tag", "release/prod/1.2.0-rc.1");
        (await (await Step(repository)).Observe(default)).State.ShouldBe(StepState.Pending);
    }

    [ProgramsFact(["git"])]
    public async Task Where_there_is_no_repository_the_state_is_unknown()
    {
        using var folder = new TemporaryFolder();
        var repository = new GitRepository(TestRepository.Tool, folder.Path);

        (await repository.IsWorkTree(default)).ShouldBeFalse();
        (await repository.CurrentCommit(default)).ShouldBeNull();
        (await new TagStep("tag-1", repository, Name, new string('a', 40), "m").Observe(default)).State.ShouldBe(StepState.Unknown);
    }

    protected override async Task<StepWorld> NewWorld()
    {
        var repository = await TestRepository.Create();
        return new StepWorld(await Step(repository), repository.Refs, end: () =>
        {
            repository.Dispose();
            return Task.CompletedTask;
        });
    }

    private static async Task<TagStep> Step(TestRepository repository, string message = "1.2.0") =>
        new("tag-prod-1.2.0", repository.Repository, Name, (await repository.Repository.CurrentCommit(default))!, message);
}

public sealed class PushingATag : StepConformance
{
    private static readonly GitTagName Name = new("release/prod/1.2.0");
    private static readonly GitRemote Remote = new("origin");

    [ProgramsFact(["git"])]
    public async Task Pushes_that_tag_and_nothing_else()
    {
        using var repository = await Tagged();
        _ = await repository.Git("tag", "another");

        await Step(repository).Apply(Key, default);

        (await repository.RemoteRefs()).ShouldContain(Name.Reference);
        (await repository.RemoteRefs()).ShouldNotContain("another");
        (await repository.RemoteRefs()).ShouldNotContain("refs/heads");
    }

    [ProgramsFact(["git"])]
    public async Task A_remote_that_has_another_tag_of_the_name_keeps_it()
    {
        using var repository = await Tagged();
        _ = await repository.Git("push", "--quiet", "origin", "HEAD:" + Name.Reference);
        var before = await repository.RemoteRefs();

        (await Step(repository).Observe(default)).State.ShouldBe(StepState.Torn);
        _ = await Should.ThrowAsync<ToolFailedException>(() => Step(repository).Apply(Key, default));

        (await repository.RemoteRefs()).ShouldBe(before);
    }

    [ProgramsFact(["git"])]
    public async Task A_remote_that_is_not_there_is_unknown_and_nobody_is_asked()
    {
        using var repository = await Tagged();
        var step = new PushTagStep("push-1", repository.Repository, new GitRemote("/nowhere/at/all.git"), Name);
        (await step.Observe(default)).State.ShouldBe(StepState.Unknown);
    }

    protected override async Task<StepWorld> NewWorld()
    {
        var repository = await Tagged();
        return new StepWorld(Step(repository), repository.RemoteRefs, keeps: true, end: () =>
        {
            repository.Dispose();
            return Task.CompletedTask;
        });
    }

    private static PushTagStep Step(TestRepository repository) => new("push-tag-prod-1.2.0", repository.Repository, Remote, Name);

    private static async Task<TestRepository> Tagged()
    {
        var repository = await TestRepository.Create();
        await repository.Repository.CreateTag(Name, (await repository.Repository.CurrentCommit(default))!, "m", default);
        return repository;
    }
}
