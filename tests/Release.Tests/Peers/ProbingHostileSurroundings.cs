using System.Net.Sockets;
using Release.Output;
using Release.Probes;
using Release.Tests.Probes;
using Release.Tools;

namespace Release.Tests.Peers;

/// <summary>Files that are none, repositories that want to run something, programs that do not behave.</summary>
public sealed class ProbingHostileSurroundings : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);
    private readonly Looking _looking = new();

    public void Dispose() => _looking.Dispose();

    [Theory]
    [InlineData("pipe")]
    [InlineData("to-pipe")]
    [InlineData("socket")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/full")]
    [InlineData("to-device")]
    [InlineData("folder")]
    [InlineData("circle")]
    [InlineData("nul\0")]
    public async Task What_is_no_file_never_passes_and_is_not_waited_for(string path)
    {
        await Run("mkfifo", "pipe");
        await Run("mkdir", "folder");
        await Run("ln", "-s", "pipe", "to-pipe");
        await Run("ln", "-s", "/dev/zero", "to-device");
        await Run("ln", "-s", "circle", "circle");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(At("socket")));

        var plain = await _looking.Look(Looked(path));
        var hashed = await _looking.Look(Looked(path) with { Sha256 = new('0', 64) });

        foreach (var result in new[] { plain, hashed })
        {
            result.Verdict.ShouldBe(ProbeVerdict.Unavailable);
            result.Detail.ShouldBeFitToShow();
            result.Detail.ShouldNotStartWith("no answer within");
        }
    }

    [Fact]
    public async Task A_file_of_a_terabyte_is_not_read_to_its_end()
    {
        using (var file = File.OpenHandle(At("huge"), FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.SetLength(file, 1L << 40);
        }

        await _looking.Unavailable(Looked("huge") with { Sha256 = new('0', 64), Timeout = Short }, "no answer within 500ms");
    }

    [Fact]
    public async Task A_file_from_the_future_has_no_age()
    {
        await File.WriteAllTextAsync(At("dump"), "x");
        File.SetLastWriteTimeUtc(At("dump"), DateTime.UtcNow.AddHours(1));
        await _looking.Fail(Looked("dump") with { MaxAge = TimeSpan.FromDays(1) }, "ahead of this machine's clock");
        await _looking.Pass(Looked("dump"));
    }

    [Fact]
    public Task A_file_system_without_a_size_has_no_room() =>
        _looking.Unavailable(new DiskProbeOptions { Id = "disk", Type = "disk", Path = "/proc", MinFree = "10%" }, "has no size");

    [Fact]
    public async Task A_repository_runs_nothing_of_its_own()
    {
        await Repository();
        await File.WriteAllTextAsync(At(".git/evil"), $"#!/bin/sh\ntouch '{At("ran")}'\n");
        await Run("chmod", "+x", ".git/evil");
        foreach (var hook in new[] { "post-index-change", "fsmonitor-watchman", "post-checkout", "reference-transaction" })
        {
            File.Copy(At(".git/evil"), At($".git/hooks/{hook}"));
        }

        await Run("git", "config", "core.fsmonitor", At(".git/evil"));
        await Run("git", "config", "core.pager", At(".git/evil"));
        await Run("git", "config", "core.sshCommand", At(".git/evil"));
        await Run("git", "config", "alias.status", "!" + At(".git/evil"));
        await Run("rm", "-f", "ran");

        await _looking.Pass(Git() with { Branch = "main", TagAbsent = "v9" });
        File.Exists(At("ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_locked_index_does_not_matter_to_a_look()
    {
        await Repository();
        await File.WriteAllTextAsync(At(".git/index.lock"), "");
        await _looking.Pass(Git());
        await File.WriteAllTextAsync(At("new"), "");
        await _looking.Fail(Git(), "not committed");
    }

    [Fact]
    public async Task A_folder_of_git_itself_is_no_place_to_release_from()
    {
        await Repository();
        (await _looking.Look(Git() with { Path = ".git" })).Verdict.ShouldNotBe(ProbeVerdict.Pass);
        await Run("git", "init", "--quiet", "--bare", "bare");
        (await _looking.Look(Git() with { Path = "bare" })).Verdict.ShouldNotBe(ProbeVerdict.Pass);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("config")]
    [InlineData("index")]
    public async Task A_repository_that_cannot_be_read_is_unavailable_in_time(string file)
    {
        await Repository();
        File.Delete(At($".git/{file}"));
        await Run("mkfifo", $".git/{file}");
        (await _looking.Look(Git() with { Timeout = Short })).Verdict.ShouldNotBe(ProbeVerdict.Pass);
    }

    [Fact]
    public async Task Very_many_files_with_hostile_names_are_not_committed()
    {
        await Repository();
        for (var i = 0; i < 6000; i++)
        {
            await File.WriteAllTextAsync(At($"\e[31m\u202E\n::error::{i:0000}{new string('x', 180)}"), "");
        }

        var result = await _looking.Look(Git() with { Timeout = TimeSpan.FromSeconds(60) });
        result.Verdict.ShouldBe(ProbeVerdict.Fail);
        result.Detail.ShouldBeFitToShow();
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("cat /dev/zero")]
    [InlineData("yes >&2")]
    [InlineData("trap '' TERM INT HUP; while :; do sleep 0.1; done")]
    [InlineData("sleep 600 & wait")]
    [InlineData("printf '\\033[31m\\342\\200\\256::error::'; sleep 600")]
    public async Task A_program_that_does_not_end_is_ended(string script)
    {
        var before = GC.GetTotalAllocatedBytes();
        var result = await _looking.Look(Command(script) with { ExpectOutput = "y" }).WaitAsync(TimeSpan.FromSeconds(90));
        result.Verdict.ShouldBe(ProbeVerdict.Unavailable);
        result.Detail.ShouldBeFitToShow();
        GC.GetTotalMemory(forceFullCollection: true).ShouldBeLessThan(before + (256L * 1024 * 1024));
    }

    [Fact]
    public async Task Who_is_left_behind_with_the_outputs_is_not_listened_to_for_ever()
    {
        var result = await _looking.Look(Command("yes & echo $! > pid; exit 0") with { Timeout = TimeSpan.FromSeconds(20) });
        result.Verdict.ShouldBe(ProbeVerdict.Pass, result.Detail);

        // Its pipe is closed, so its next line ends it.
        var left = $"/proc/{(await File.ReadAllTextAsync(At("pid"))).Trim()}/cmdline";
        for (var look = 0; look < 3000 && await IsThere(left); look++)
        {
            await Task.Delay(20);
        }

        (await IsThere(left)).ShouldBeFalse();
    }

    [Fact]
    public async Task Hostile_output_is_filtered()
    {
        var result = await _looking.Look(Command("printf '\\033]0;x\\007\\033[31mred\\342\\200\\256\\n::error::x\\n##[error]y\\377\\000' >&2; exit 3") with { Timeout = TimeSpan.FromSeconds(30) });
        result.Verdict.ShouldBe(ProbeVerdict.Fail);
        result.Detail.ShouldContain("exited with 3: expected 0");
        result.Detail.ShouldBeFitToShow();
    }

    [Theory]
    [InlineData("^(?!.*bad)")]
    [InlineData("x")]
    public Task Output_that_was_cut_is_not_compared(string pattern) => _looking.Fail(
        Command("head -c 3000000 /dev/zero | tr '\\0' x; echo bad") with { ExpectOutput = pattern, Timeout = TimeSpan.FromSeconds(20) },
        "too much to compare");

    private static async Task<bool> IsThere(string commandLine)
    {
        try
        {
            // A process that has ended and was not fetched yet has none.
            return (await File.ReadAllBytesAsync(commandLine)).Length > 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileProbeOptions Looked(string path) =>
        new() { Id = "file", Type = "file", Path = path, Timeout = TimeSpan.FromSeconds(30) };

    private static GitProbeOptions Git() => new() { Id = "git", Type = "git", Clean = true };

    private CommandProbeOptions Command(string script) =>
        new() { Id = "command", Type = "command", Program = "sh", Args = ["-c", script], Folder = _looking.Root, Timeout = Short };

    private string At(string name) => Path.Combine(_looking.Root, name);

    private async Task Repository()
    {
        await Run("git", "init", "--quiet", "--initial-branch=main");
        await Run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "-m", "first");
    }

    private Task<ToolResult> Run(string program, params string[] arguments) =>
        new Tool(TimeProvider.System, new SecretMask()).Require(new(program, arguments) { WorkingFolder = _looking.Root }, default);
}
