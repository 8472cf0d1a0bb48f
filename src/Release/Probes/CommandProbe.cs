using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Release.Configuration;
using Release.Tools;

namespace Release.Probes;

/// <summary>A program says that all is well. It must change nothing.</summary>
public sealed record CommandProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the folder.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the folder, relative to the repository.</summary>
    [InRepository]
    public string Folder { get; init; } = ".";

    /// <summary>Gets the exit codes that are well.</summary>
    [OneOrMany]
    [Range(0, 255)]
    [MinLength(1)]
    public IReadOnlyList<int> ExpectExit { get; init; } = [0];

    /// <summary>Gets a regular expression that must be found in the standard output; null for any output.</summary>
    public string? ExpectOutput { get; init; }

    /// <summary>Gets <see cref="ExpectOutput"/>, bounded in time: a pattern may take exponentially long.</summary>
    internal Regex Pattern => new(ExpectOutput ?? "", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        string? problem = null;
        try
        {
            _ = Pattern;
        }
        catch (RegexParseException wrong)
        {
            problem = wrong.Message;
        }

        if (problem is not null)
        {
            yield return new("expectOutput", $"expected a regular expression: {problem}");
        }

        foreach (var name in Env.Keys.Where(name => name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0))
        {
            yield return new("env", $"expected names such as \"LANG\", found {JsonText.Quoted(name)}");
        }
    }
}

/// <summary>Runs the program and compares.</summary>
internal static class CommandProbe
{
    public static async Task<ProbeResult> Look(CommandProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var command = new ToolCommand(options.Program, [.. options.Args.Select(context.Placeholders.Resolve)])
        {
            WorkingFolder = context.FullPath(options.Folder),
            Environment = options.Env.ToDictionary(
                variable => variable.Key, variable => (string?)context.Placeholders.Resolve(variable.Value)),
            Timeout = options.Timeout,
        };
        var result = await context.Tool.Run(command, cancellation);
        var shown = new ToolCommand(options.Program, options.Args).ToString();
        if (!options.ExpectExit.Contains(result.ExitCode))
        {
            return new(
                ProbeVerdict.Fail, $"`{shown}` exited with {result.ExitCode}: expected {string.Join(" or ", options.ExpectExit)}. {result.Shown}".TrimEnd());
        }

        if (options.ExpectOutput is not null && result.OutputCut)
        {
            return new(ProbeVerdict.Fail, $"`{shown}` wrote more than {command.Keep:N0} characters, too much to compare", "Let it write less.");
        }

        return options.ExpectOutput is null || options.Pattern.IsMatch(result.StandardOutput)
            ? new(ProbeVerdict.Pass, $"`{shown}` exited with {result.ExitCode}")
            : new(ProbeVerdict.Fail, $"the output of `{shown}` does not match {options.ExpectOutput}: {result.StandardOutput.Trim()}");
    }
}
