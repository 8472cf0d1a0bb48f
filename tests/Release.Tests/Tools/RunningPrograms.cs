using System.Diagnostics;
using System.Globalization;
using Release.Output;
using Release.Tools;

namespace Release.Tests.Tools;

public sealed class RunningPrograms
{
    private readonly SecretMask _mask = new();
    private readonly Tool _tool;

    public RunningPrograms() => _tool = new(TimeProvider.System, _mask);

    [Fact]
    public async Task Outputs_and_exit_code_come_back()
    {
        var result = await Run("echo out; echo err >&2; exit 3");
        result.ExitCode.ShouldBe(3);
        result.Succeeded.ShouldBeFalse();
        result.StandardOutput.ShouldBe("out\n");
        result.StandardError.ShouldBe("err\n");
        result.Shown.ShouldBe("err");
        result.Took.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Arguments_are_never_expanded()
    {
        var result = await _tool.Run(new("printf", "%s\n", "$(id)", "a b", "", "*", "\"'"), default);
        result.StandardOutput.ShouldBe("$(id)\na b\n\n*\n\"'\n");
    }

    [Fact]
    public async Task Folder_variables_and_input_reach_the_program()
    {
        var folder = Directory.CreateTempSubdirectory("tool-");
        var result = await _tool.Run(
            new("sh", "-c", "pwd; echo $GREETING; echo ${HOME-none}; cat")
            {
                WorkingFolder = folder.FullName,
                Environment = new Dictionary<string, string?> { ["GREETING"] = "hello", ["HOME"] = null },
                Input = "grüße",
            },
            default);
        folder.Delete();
        result.StandardOutput.ShouldBe($"{folder.FullName}\nhello\nnone\ngrüße");
    }

    [Fact]
    public async Task Without_input_nothing_waits_for_a_person()
        => (await Run("cat; echo done")).StandardOutput.ShouldBe("done\n");

    [Fact]
    public async Task Input_that_nobody_reads_is_no_failure()
        => (await _tool.Run(new("true") { Input = new('x', 1_000_000) }, default)).ExitCode.ShouldBe(0);

    [Fact]
    public async Task A_noisy_program_is_cut_and_its_last_words_are_kept()
    {
        var result = await _tool.Run(
            new("sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' '\\n'; echo last words; head -c 3000000 /dev/zero >&2") { Keep = 1000 }, default);
        result.ExitCode.ShouldBe(0);
        result.StandardOutput.Length.ShouldBe(1000);
        result.OutputCut.ShouldBeTrue();
        result.ErrorCut.ShouldBeTrue();
        (await Run("head -c 3000000 /dev/zero | tr '\\0' '\\n'; echo last words; exit 1")).Shown.ShouldEndWith("last words");
    }

    [Fact]
    public async Task Exactly_what_is_kept_is_not_cut()
        => (await _tool.Run(new("printf", "12345") { Keep = 5 }, default)).OutputCut.ShouldBeFalse();

    [Fact]
    public async Task Lines_arrive_filtered_and_masked_while_it_runs()
    {
        _mask.Register("hunter2000");
        var lines = new List<string>();
        var result = await _tool.Run(
            new("sh", "-c", "printf 'a\\033[31mb\\r\\n::error::x\\nsee hunter2000'; printf tail >&2") { OnLine = lines.Add }, default);
        lines.ShouldBe(["ab", "| ::error::x", "see ***", "tail"], ignoreOrder: true);
        result.StandardOutput.ShouldContain("hunter2000", customMessage: "the raw output is for parsing");
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_block_the_program()
    {
        var problem = await Should.ThrowAsync<InvalidOperationException>(_tool.Run(
            new("sh", "-c", "head -c 500000 /dev/zero | tr '\\0' '\\n'") { OnLine = _ => throw new FormatException("mine") }, default));
        problem.InnerException.ShouldBeOfType<FormatException>();
    }

    [Fact]
    public async Task Required_success_names_the_command_and_its_last_words()
    {
        _mask.Register("hunter2000");
        var failed = await Should.ThrowAsync<ToolFailedException>(
            _tool.Require(new("sh", "-c", "echo no hunter2000 here >&2; exit 7"), default));
        failed.Message.ShouldBe("`sh -c \"echo no *** here >&2; exit 7\"` exited with 7. It said: no *** here");
        failed.Result.ExitCode.ShouldBe(7);
    }

    [Fact]
    public async Task A_missing_program_says_so()
        => (await Should.ThrowAsync<ToolMissingException>(_tool.Run(new("no-such-program"), default)))
            .Message.ShouldBe("no-such-program is not installed, or not in PATH. Install it, or name its full path.");

    [Fact]
    public async Task A_missing_folder_says_so()
        => (await Should.ThrowAsync<ToolMissingException>(_tool.Run(new("true") { WorkingFolder = "/no/such" }, default)))
            .Message.ShouldBe("`true` was not started: its folder /no/such does not exist.");

    [Fact]
    public async Task A_program_in_the_working_folder_is_not_found_by_its_name()
    {
        var folder = Directory.CreateTempSubdirectory("tool-");
        var planted = Path.Combine(folder.FullName, "planted");
        await File.WriteAllTextAsync(planted, "#!/bin/sh\necho planted\n");
        await _tool.Require(new("chmod", "+x", planted), default);
        await Should.ThrowAsync<ToolMissingException>(_tool.Run(new("planted") { WorkingFolder = folder.FullName }, default));
        var named = await _tool.Run(new("./planted") { WorkingFolder = folder.FullName }, default);
        folder.Delete(recursive: true);
        named.StandardOutput.ShouldBe("planted\n");
    }

    [Fact]
    public async Task A_file_that_is_no_program_says_so()
        => await Should.ThrowAsync<ToolMissingException>(_tool.Run(new("/etc/passwd"), default));

    [Fact]
    public async Task A_cut_off_argument_is_refused()
        => await Should.ThrowAsync<ArgumentException>(_tool.Run(new("echo", "a\0b"), default));

    [Fact]
    public async Task A_stubborn_program_is_killed_with_its_children_at_the_timeout()
    {
        var stopped = await Should.ThrowAsync<ToolTimeoutException>(_tool.Run(
            new("sh", "-c", "trap '' TERM INT; sh -c 'echo $$; exec sleep 600' & wait; sleep 600") { Timeout = TimeSpan.FromSeconds(0.5) },
            default));
        stopped.Message.ShouldContain("did not end within 0.5 s and was killed.");
        await Gone(stopped.Result.StandardOutput);
    }

    [Fact]
    public async Task Cancellation_kills_the_tree_and_is_no_failure()
    {
        using var cancel = new CancellationTokenSource();
        var child = "";
        await Should.ThrowAsync<OperationCanceledException>(_tool.Run(
            new("sh", "-c", "trap '' TERM INT; sh -c 'echo $$; exec sleep 600' & wait; sleep 600")
            {
                OnLine = line =>
                {
                    child = line;
                    cancel.Cancel();
                },
            },
            cancel.Token));
        await Gone(child);
    }

    [Fact]
    public async Task What_a_program_leaves_in_the_background_is_not_waited_for()
    {
        var result = await Run("sleep 600 & echo $!");
        result.ExitCode.ShouldBe(0);
        result.Took.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        using var left = Process.GetProcessById(int.Parse(result.StandardOutput, CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public void Raw_output_is_not_in_the_text_of_a_result()
        => new ToolResult(1, "secret", "secret", default).ToString().ShouldBe("exit code 1");

    private static async Task Gone(string pid)
    {
        // A killed process is gone when its parent has taken note, which is the system's business.
        var status = $"/proc/{pid.Trim()}/stat";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (File.Exists(status) && !(await File.ReadAllTextAsync(status)).Contains(") Z ", StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<ToolResult> Run(string script) => _tool.Run(new("sh", "-c", script), default);
}
