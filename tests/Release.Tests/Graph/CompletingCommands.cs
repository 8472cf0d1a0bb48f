using System.Diagnostics;
using Nuke.Common;

namespace Release.Tests.Graph;

/// <summary>The printed scripts in real shells, on what a run left in the repository.</summary>
[Collection("Graph")]
public sealed class CompletingCommands
{
    [ShellTheory("bash")]
    [InlineData("./build.sh Pro", "Promote")]
    [InlineData("./build.sh P", "PreChecks Promote")]
    [InlineData("./build.sh ", "PreChecks Promote Status")]
    [InlineData("./build.sh --e", "--env")]
    [InlineData("./build.sh --can", "--canary-percent")]
    [InlineData("./build.sh --env ", "local prod")]
    [InlineData("./build.sh --env pr", "prod")]
    [InlineData("./build.sh --env = pr", "prod")]
    [InlineData("./build.sh --env =", "local prod")]
    [InlineData("./build.sh --mode F", "Fast")]
    [InlineData("./build.sh --version ", "")]
    [InlineData("./build.sh --dry-run Sta", "Status")]
    [InlineData("./build.sh --skip PreChecks+Pro", "PreChecks+Promote")]
    [InlineData("./build.sh --profile ", "night")]
    [InlineData("./build.sh --verbosity Q", "Quiet")]
    [InlineData("./build.sh --completion z", "zsh")]
    [InlineData("./build.sh --pl", "--plan")]
    [InlineData("./build.sh --con", "")]
    [InlineData("/nowhere/build.sh Pro", "")]
    public async Task In_bash(string line, string expected)
    {
        using var run = await Prepared("bash");
        var words = line.Split(' ');
        var output = await Shell(run.Root, "bash", "--norc", "-c", $"""
            source ./completion
            COMP_WORDS=({string.Join(' ', words.Select(static word => $"'{word}'"))}) COMP_CWORD={words.Length - 1}
            __build_complete
            [ "${"{#COMPREPLY[@]}"}" -eq 0 ] || printf '%s\n' "${"{COMPREPLY[@]}"}"
            """);
        string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)).ShouldBe(expected);
    }

    [ShellTheory("zsh")]
    [InlineData("./build.sh Prom\t --mode Fa\t", "Promote --mode Fast")]
    [InlineData("./build.sh --canary-p\t 5 Stat\t", "--canary-percent 5 Status")]
    [InlineData("./build.sh --env pr\t", "--env prod")]
    [InlineData("./build.sh --env=pr\t", "--env=prod")]
    [InlineData("./build.sh --profile ni\t", "--profile night")]
    [InlineData("./build.sh Status --skip PreChecks+Prom\t", "Status --skip PreChecks+Promote")]
    [InlineData("./build.sh Status --generate-c\t", "Status --generate-configuration")]
    public async Task In_zsh_with_keys_that_are_really_pressed(string keys, string expected)
    {
        using var run = await Prepared("zsh");
        await File.WriteAllTextAsync(Path.Combine(run.Root, "build.sh"), "#!/bin/sh\necho \"$@\" >got.tmp; mv got.tmp got\n");
        _ = await Shell(run.Root, "zsh", "-f", "-c", $$"""
            chmod +x build.sh
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell $'unsetopt beep; PS1=; autoload -Uz compinit; compinit -u -d ./dump; source ./completion; print rea""dy'
            until [[ $line == *ready* ]]; do zpty -r -m shell line '*ready*' || sleep 0.05; done
            zpty -w -n shell $'{{keys.Replace("\t", "\\t", StringComparison.Ordinal)}}\r'
            for i in {1..400}; do [[ -e got ]] && break; zpty -r -t shell line; sleep 0.025; done
            zpty -d shell
            """);
        (await File.ReadAllTextAsync(Path.Combine(run.Root, "got"))).Trim().ShouldBe(expected);
    }

    [ShellTheory("bash")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("powershell")]
    public async Task Its_script_is_printed_alone(string shell)
    {
        using var run = await Prepared(shell);
        var script = await File.ReadAllTextAsync(Path.Combine(run.Root, "completion"));
        script.ShouldStartWith("# Completion of build.");
        script.ShouldNotContain("@options@");
        script.ShouldNotContain("@values@");
        script.ShouldContain("--generate-configuration");
        script.ShouldNotContain("--continue");
        script.ShouldNotContain(run.Root);
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_other_shell_is_known()
    {
        using var run = new GraphRun<Completed>();
        (await run.Run("--completion bsh")).ShouldBe(2);
        run.Error.ShouldContain("--completion: 'bsh' (command line) is not valid; expected one of bash, zsh, powershell. Did you mean bash?");
    }

    [ShellTheory("bash")]
    [InlineData(200)]
    public async Task A_key_press_takes_less_than(int milliseconds)
    {
        using var run = await Prepared("bash");
        var output = await Shell(run.Root, "bash", "--norc", "-c", """
            source ./completion
            COMP_WORDS=(./build.sh --e) COMP_CWORD=1
            __build_complete
            begun=${EPOCHREALTIME/[.,]/}
            for i in 1 2 3 4 5; do __build_complete; done
            echo $(( (${EPOCHREALTIME/[.,]/} - begun) / 5000 ))
            """);
        int.Parse(output, System.Globalization.CultureInfo.InvariantCulture).ShouldBeLessThan(milliseconds);
    }

    private static async Task<GraphRun<Completed>> Prepared(string shell)
    {
        var run = new GraphRun<Completed>();
        _ = run.WithFile("parameters.night.json", "{}").WithFile("parameters.json", "{}");
        (await run.Run("Status")).ShouldBe(0, run.Error);
        (await run.Run($"--completion {shell}")).ShouldBe(0, run.Error);
        await File.WriteAllTextAsync(Path.Combine(run.Root, "completion"), run.Out);
        return run;
    }

    private static async Task<string> Shell(string folder, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        (await error).ShouldBeEmpty();
        return output;
    }

    internal enum Mode
    {
        Slow,
        Fast,
    }

    internal sealed class Completed : NukeBuild
    {
        public static IEnumerable<string> Environments => ["local", "prod"];

        [Parameter("Where: the file's name.", ValueProviderMember = nameof(Environments))] public string? Env { get; }
        [Parameter("What it's \"called\".")] public string? Version { get; }
        [Parameter] public int? CanaryPercent { get; }
        [Parameter] public Mode? Mode { get; }
        [Parameter] public bool DryRun { get; }
        public Target PreChecks => _ => _.Traced("checks");
        public Target Promote => _ => _.Traced("promote");
        public Target Status => _ => _.Traced("status");
    }
}

/// <summary>A test that needs a shell; skipped, saying so, where that shell is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell)
    {
        Shell = shell;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip = folders.Any(folder => File.Exists(Path.Combine(folder, shell))) ? null : $"{shell} is not installed here.";
    }

    public string Shell { get; }
}
