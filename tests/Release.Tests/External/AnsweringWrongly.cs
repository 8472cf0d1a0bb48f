using System.Text;
using Release.Drivers;
using Release.Drivers.External;
using Release.Output;
using Release.Platforms;
using Release.Runs;
using Release.Tests.Configuration;
using Release.Tests.Gateway;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.External;

/// <summary>Whatever a program does instead of answering is told with its name, the call and what was expected; nothing is guessed.</summary>
public sealed class AnsweringWrongly : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SecretMask _mask = new();
    private readonly List<string> _told = [];

    /// <summary>What a shell does when it is asked to look at an instance.</summary>
    public static IReadOnlyList<(string Name, string Script)> Cases { get; } =
    [
        ("nothing", ":"),
        ("an exit code and last words", "echo 'the cluster is away' >&2; exit 3"),
        ("no", "echo '{\"state\":\"failed\",\"detail\":\"the quota is used up\"}'"),
        ("no, without a reason", "echo '{\"state\":\"failed\"}'"),
        ("unknown", "echo '{\"state\":\"unknown\",\"detail\":\"the cluster is away\"}'"),
        ("no JSON", "echo 'OK: alive'"),
        ("half of it", "printf '{\"state\":\"alive\"'"),
        ("a list", "echo '[]'"),
        ("two documents", "echo '{\"state\":\"dead\"}'; echo '{\"state\":\"alive\"}'"),
        ("a line before", "echo 'Looking…'; echo '{\"state\":\"dead\"}'"),
        ("no state", "echo '{\"liveness\":\"alive\"}'"),
        ("a wrong state", "echo '{\"state\":\"running\"}'"),
        ("a wrong type", "echo '{\"state\":\"dead\",\"address\":4711}'"),
        ("no address", "echo '{\"state\":\"alive\"}'"),
        ("null for an address", "echo '{\"state\":\"alive\",\"address\":null}'"),
        ("an address that is none", "echo '{\"state\":\"alive\",\"address\":\"http://127.0.0.1:4711/\"}'"),
        ("an address with an option", "echo '{\"state\":\"alive\",\"address\":\"-oProxyCommand=x:1\"}'"),
        ("a member that is unknown", "echo '{\"state\":\"dead\",\"adress\":null}'"),
        ("a member twice", "echo '{\"state\":\"dead\",\"state\":\"alive\"}'"),
        ("more than anybody reads", "head -c 3000000 /dev/zero | tr '\\0' 'x'"),
        ("too late", "sleep 30"),
        ("hostile words", "printf '{\"state\":\"unknown\",\"detail\":\"\\\\u001b]0;x\\\\u0007\\\\u202e::error::%s\"}' gone"),
    ];

    public void Dispose() => _folder.Dispose();

    [ProgramsFact(["sh"])]
    public async Task Each_is_told_in_one_sentence()
    {
        var text = new StringBuilder();
        foreach (var (name, script) in Cases)
        {
            var view = await Platform(script, TimeSpan.FromSeconds(name == "too late" ? 0.3 : 20)).Look("ping-1.0.0-run1", default);
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}\n  {Words.Of(view.Liveness)}: {view.Detail}\n");
        }

        Golden.CompareFile("tests/Release.Tests/External/wrong-answers.txt", text.ToString());
    }

    [ProgramsFact(["sh"])]
    public async Task A_program_that_is_not_there_is_named()
    {
        var platform = new ExternalPlatform(new() { Type = "external", Program = "drivers/none.sh" }, Context());
        var view = await platform.Look("ping", default);
        view.Liveness.ShouldBe(Liveness.Unknown);
        view.Detail.ShouldContain("drivers/none.sh (platform look) did not answer: drivers/none.sh is not installed");
    }

    [ProgramsFact(["sh"])]
    public async Task An_artefact_that_nobody_can_name_stops_the_release_before_it_begins()
    {
        var refused = await Should.ThrowAsync<ReleaseException>(() => Platform("exit 1").Identify(DriverWorld.Service, "1.0.0", default));
        refused.Message.ShouldContain("Nothing was changed.");
    }

    [ProgramsFact(["sh"])]
    public async Task Secrets_are_in_no_message_and_no_record()
    {
        _mask.Register("hunter2hunter2").ShouldBeTrue();
        var platform = Platform("echo 'using hunter2hunter2' >&2; echo '{\"state\":\"pending\",\"detail\":\"with hunter2hunter2\",\"seen\":{\"token\":\"hunter2hunter2\"}}'");
        var seen = await platform.Start("start-ping", new("ping", new("ping", "1.0.0", "d"), []), DriverWorld.Service).Observe(default);
        (seen.Detail + seen.Seen.ToJsonString() + string.Join('\n', _told)).ShouldNotContain("hunter2");
        seen.Seen["token"]!.GetValue<string>().ShouldBe("***");
        _told.ShouldContain(line => line.Contains("platform observe start: using ***", StringComparison.Ordinal));
    }

    [ProgramsFact(["sh"])]
    public async Task What_a_slow_one_started_is_gone_with_it()
    {
        // It may not come to begin in its time on a busy machine: then it is asked again, with more.
        var (pid, time) = (_folder["pid"], TimeSpan.FromSeconds(1));
        for (; !File.Exists(pid); time *= 3)
        {
            _ = await Platform($"(exec sleep 600) & echo $! >'{pid}.new'; mv '{pid}.new' '{pid}'; wait", time).Look("ping", default);
        }

        var child = (await File.ReadAllTextAsync(pid)).Trim();
        await Eventually.True(() => !Running.Is(child), $"process {child} is gone");
    }

    [ProgramsFact(["sh"])]
    public async Task A_flood_of_words_is_cut_off()
    {
        _ = await Platform("i=0; while [ $i -lt 5000 ]; do echo line $i >&2; i=$((i+1)); done; echo '{\"state\":\"dead\"}'").Look("ping", default);
        _told.Count.ShouldBeLessThan(110);
        _told[^1].ShouldContain("the rest is not shown");
    }

    private ExternalPlatform Platform(string script, TimeSpan? timeout = null) =>
        new(new() { Type = "external", Program = "sh", Args = ["-c", script], Timeout = timeout ?? TimeSpan.FromSeconds(20) }, Context());

    private DriverContext Context() => new(_folder.Path, "test", new Tool(TimeProvider.System, _mask), TimeProvider.System, _told.Add);
}
