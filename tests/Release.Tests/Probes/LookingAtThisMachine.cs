using System.Security.Cryptography;
using Release.Output;
using Release.Probes;
using Release.Tools;

namespace Release.Tests.Probes;

public sealed class LookingAtThisMachine : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly Looking _looking = new();

    public void Dispose() => _looking.Dispose();

    [Fact]
    public async Task A_command_is_judged_by_its_exit_code()
    {
        await _looking.Pass(Command("exit 0"));
        await _looking.Pass(Command("exit 3") with { ExpectExit = [0, 3] });
        await _looking.Fail(Command("echo it broke >&2; exit 3"), "exited with 3: expected 0. it broke");
    }

    [Fact]
    public async Task A_command_is_judged_by_its_output()
    {
        await _looking.Pass(Command("echo version 18.2") with { ExpectOutput = @"^version 1[5-9]\." });
        await _looking.Fail(Command("echo version 14.1") with { ExpectOutput = @"^version 1[5-9]\." }, "does not match ^version 1[5-9]\\.: version 14.1");
    }

    [Fact]
    public async Task A_command_with_a_secret_shows_the_reference()
    {
        var result = await _looking.Look(Command("echo $0 >&2; exit 1", "${env:TOKEN}"));
        result.Detail.ShouldBe("`sh -c \"echo $0 >&2; exit 1\" ${env:TOKEN}` exited with 1: expected 0. ***");
    }

    [Fact]
    public async Task A_command_that_cannot_look_is_unavailable()
    {
        await _looking.Unavailable(Command("") with { Program = "no-such-program" }, "no-such-program is not installed");
        await _looking.Unavailable(Command("sleep 600") with { Timeout = TimeSpan.FromSeconds(0.3) }, "no answer within 300ms");
        await _looking.Unavailable(Command("", "${env:MISSING}"), "${env:MISSING} is not set");
    }

    [Fact]
    public async Task A_pattern_that_takes_for_ever_is_unavailable()
        => (await _looking.Look(Command("head -c 40 /dev/zero | tr '\\0' a; echo b") with { ExpectOutput = "^(a+)+$" })).Verdict
            .ShouldBe(ProbeVerdict.Unavailable);

    [Fact]
    public async Task A_file_is_judged_by_size_age_and_content()
    {
        using var looking = new Looking { Time = new StandingClock(Now) };
        var path = Path.Combine(looking.Root, "dump");
        await File.WriteAllTextAsync(path, "12345");
        File.SetLastWriteTimeUtc(path, Now.UtcDateTime.AddHours(-2));
        var hash = Convert.ToHexStringLower(SHA256.HashData("12345"u8));
        var file = new FileProbeOptions { Id = "file", Type = "file", Path = "dump" };
        await looking.Pass(file with { MinSize = "5B", MinAge = TimeSpan.FromHours(2), MaxAge = TimeSpan.FromHours(2), Sha256 = hash });
        await looking.Fail(file with { MinSize = "6B" }, "dump: 5 bytes: expected at least 6B");
        await looking.Fail(file with { MaxAge = TimeSpan.FromHours(1) }, "dump: 2h old: expected at most 1h");
        await looking.Fail(file with { MinAge = TimeSpan.FromHours(3) }, "dump: 2h old: expected at least 3h");
        await looking.Fail(file with { Sha256 = new('0', 64) }, $"dump: its SHA-256 is {hash}: expected 000");
        await looking.Fail(file with { Path = "none/dump" }, "none/dump does not exist");
    }

    [Fact]
    public async Task A_folder_that_is_asked_for_as_a_file_is_unavailable()
        => (await _looking.Look(new FileProbeOptions { Id = "file", Type = "file", Path = "." })).Verdict.ShouldBe(ProbeVerdict.Unavailable);

    [Fact]
    public async Task A_disk_is_judged_by_its_free_space()
    {
        var disk = new DiskProbeOptions { Id = "disk", Type = "disk", MinFree = "1kB" };
        await _looking.Pass(disk);
        await _looking.Pass(disk with { MinFree = "0%" });
        await _looking.Fail(disk with { MinFree = "999999TB" }, "expected 999999TB");
        await _looking.Fail(disk with { MinFree = "100%" }, "expected 100%");
        await _looking.Unavailable(disk with { Path = "none" }, "none is no folder");
    }

    [Fact]
    public async Task A_repository_is_judged_by_changes_branch_and_tag()
    {
        var git = new GitProbeOptions { Id = "git", Type = "git", Clean = true, Branch = "main", TagAbsent = "v2" };
        await _looking.Fail(git, ". is no git repository");
        await Git("init", "--quiet", "--initial-branch=main");
        await Git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "-m", "first");
        await _looking.Pass(git);
        await Git("tag", "v2");
        await _looking.Fail(git, "the tag v2 exists");
        await File.WriteAllTextAsync(Path.Combine(_looking.Root, "new"), "");
        await _looking.Fail(git, "1 files are not committed, the first: ?? new");
        await Git("switch", "--quiet", "--create", "other");
        await _looking.Fail(git with { Clean = false }, "other is checked out: expected main");
        await Git("switch", "--quiet", "--detach");
        await _looking.Fail(git with { Clean = false }, "no branch is checked out: expected main");
    }

    private static CommandProbeOptions Command(string script, params string[] arguments)
        => new() { Id = "command", Type = "command", Program = "sh", Args = ["-c", script, .. arguments] };

    private Task<ToolResult> Git(params string[] arguments)
        => new Tool(TimeProvider.System, new SecretMask()).Require(new("git", arguments) { WorkingFolder = _looking.Root }, default);
}
