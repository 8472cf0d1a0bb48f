using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Told may fail (invariant 12): a release goes to its end whatever becomes of the output that tells of it.</summary>
[Collection(TheClone.Nights)]
public sealed class OutputsThatBreak(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseTheory]
    [InlineData("./build.sh Promote --version 2.0.0 | head -1; exit ${PIPESTATUS[0]}")]
    [InlineData("./build.sh Promote --version 2.0.0 2>&1 | true; exit ${PIPESTATUS[0]}")]
    [InlineData("./build.sh Promote --version 2.0.0 >&-")]
    [InlineData("./build.sh Promote --version 2.0.0 2>&-")]
    [InlineData("./build.sh Promote --version 2.0.0 <&- >&- 2>&-")]
    [InlineData("./build.sh Promote --version 2.0.0 --json | true; exit ${PIPESTATUS[0]}")]
    public async Task A_release_is_promoted_all_the_same(string line) => await Given().A_running_v1()
        .When().Its_build_is_compiled()
        .Something_else(line, w => w.Run(w.Root.Start("bash", ["-c", line])))
        .Then().It_exits_with(0)
        .No_stack_trace_is_shown()
        .V2_serves_everything()
        .When().Somebody_runs("Audit")
        .Then().It_exits_with(0);

    /// <summary>Without build.sh, which guards closed descriptors: no line of what is said may get into the journal.</summary>
    [ReleaseTheory]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData("<&- >&- 2>&-")]
    public async Task The_program_itself_minds_closed_descriptors(string closed) => await Given().A_running_v1()
        .When().Something_else(closed, w => w.Run(w.Root.Start(
            "bash", ["-c", $"exec \"$0\" Promote --version 2.0.0 --root \"$1\" {closed}", w.Clone.Program, w.Root.Folder], w.Clone.Environment())))
        .Then().It_exits_with(0)
        .V2_serves_everything()
        .When().Somebody_runs("Audit")
        .Then().It_exits_with(0);

    /// <summary>A pipe that was full before the first line, and that nobody reads from.</summary>
    [TerminalFact]
    public async Task Invariant_12_a_reader_that_reads_nothing_delays_nothing() => await Given().A_running_v1()
        .When().Something_else("V2_is_promoted_into_a_full_pipe", async w =>
        {
            const string Full = """
                import fcntl, os, subprocess, sys
                read, write = os.pipe()
                fcntl.fcntl(write, fcntl.F_SETFL, os.O_NONBLOCK)
                try:
                    while True:
                        os.write(write, b'x' * 65536)
                except BlockingIOError:
                    pass
                fcntl.fcntl(write, fcntl.F_SETFL, 0)
                sys.exit(subprocess.run(sys.argv[1:], stdout=write, stderr=write).returncode)
                """;
            _ = await w.Run(w.Root.Start("python3", ["-c", Full, w.Clone.Program, "Promote", "--version", "2.0.0", "--root", w.Root.Folder]));
        })
        .Then().It_exits_with(0).V2_serves_everything();

    [ReleaseFact]
    public async Task A_disk_that_is_full_of_what_was_said_stops_nothing() => await Given().A_running_v1()
        .When().Something_else("V2_is_promoted_to_a_full_disk", w => w.Run(w.Root.Start(
            "bash", ["-c", "if [ -e /dev/full ]; then exec \"$0\" \"$@\" >/dev/full 2>/dev/full; else exec \"$0\" \"$@\"; fi", w.Clone.Program, "Promote", "--version", "2.0.0", "--root", w.Root.Folder], w.Clone.Environment())))
        .Then().It_exits_with(0)
        .V2_serves_everything();
}

/// <summary><c>--json</c>: standard output is one document and nothing else, however the command ends.</summary>
[Collection(TheClone.Nights)]
public sealed class AskingForJson(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task Every_command_prints_one_document() => await Given().A_promoted_v2()
        .When().Something_else("Every_command_is_run", async w =>
        {
            await Prints(w, 0, "env", "Status");
            await Prints(w, 0, "planHash", "Preview");
            await Prints(w, 0, "runs", "History");
            await Prints(w, 0, "acts", "Audit");
            await Prints(w, 0, "History", "Status", "History");
            await Prints(w, 0, "message", "Rollback");
            await Prints(w, 0, "message", "Promote", "--version", "3.0.0");
            await Prints(w, 1, "message", "Promote", "--version", "4.0.0", "--fault", "boot=fail");
            await Prints(w, 2, "message", "Promote", "--version", "3.0.0");
            await Prints(w, 2, "message", "Promote", "--env", "lcoal");
            await Prints(w, 2, "message", "Promot");
            await Prints(w, 2, "message", "Status", "--versoin", "1");
            await Prints(w, 2, "message", "Abandon");
            await Prints(w, 0, "message", "Abandon", "--reason", "because");
            await Prints(w, 0, "message", "Down");
        })
        .Then().That("All_was_well", _ => { });

    [ReleaseFact]
    public async Task One_that_is_interrupted_does_too() => await Given().A_running_v1(new Settings { Step = "4s" })
        .When().V2_is_being_promoted_up_to(Moment.Judging, "--json")
        .Its_process_gets(Machine.Interrupt)
        .It_ends()
        .Then().The_background_command_exits_with(130)
        .That("It_printed_a_document", async w => Document((await w.EndOfHolder()).Output)["status"]!.GetValue<int>().ShouldBe(130));

    private static async Task Prints(World world, int code, string member, params string[] arguments)
    {
        var ended = await world.Run([.. arguments, "--json"]);
        ended.ExitCode.ShouldBe(code, ended.ToString());
        var document = Document(ended.Output);
        document.ContainsKey(member).ShouldBeTrue(ended.ToString());
        ended.Errors.ShouldNotBeEmpty();
        if (document["status"] is JsonValue status)
        {
            status.GetValue<int>().ShouldBe(code);
            document["message"]!.GetValue<string>().ShouldNotBeEmpty();
        }
    }

    private static JsonObject Document(string output)
    {
        output.ShouldStartWith("{");
        return JsonNode.Parse(output)!.AsObject();
    }
}
