using Release.Runs;
using Release.Tests.Processes;

namespace Release.Tests.External;

/// <summary>The optional call by which an external driver lets what runs be adopted.</summary>
public sealed class SayingWhatRuns
{
    [ProgramsFact(["sh"])]
    public async Task It_names_those_of_the_service_that_run_with_what_they_run()
    {
        using var stack = new FolderWorld();
        var one = await stack.Started("ping-1.0.0");
        (await stack.Platform.Running(FolderWorld.Service, default)).ShouldNotBeNull().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            running => running.Id.ShouldBe("ping-1.0.0"),
            running => running.Artefact.ShouldBe(one.Artefact));
        (await stack.Platform.Running(FolderWorld.Service with { Name = "other" }, default)).ShouldNotBeNull().ShouldBeEmpty();
    }

    [ProgramsFact(["sh"])]
    public async Task One_that_does_not_know_the_call_cannot_tell()
    {
        using var stack = new FolderWorld("tells-nothing");
        (await stack.Platform.Running(FolderWorld.Service, default)).ShouldBeNull();
    }

    [ProgramsTheory(["sh"])]
    [InlineData("hangs-up", "it exited with 1")]
    [InlineData("knows-nothing", "the stack does not say: the stack is away")]
    public async Task One_that_does_not_say_is_no_empty_stack(string fault, string why)
    {
        using var stack = new FolderWorld(fault);
        var refused = await Should.ThrowAsync<ReleaseException>(() => stack.Platform.Running(FolderWorld.Service, default));
        refused.Status.ShouldBe(ExitStatus.Failed);
        refused.Message.ShouldContain(why);
        refused.Message.ShouldContain("Conformance --driver platform");
    }
}
