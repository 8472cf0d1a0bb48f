using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Xml;
using Release.Configuration;
using Release.Tools;

namespace Release.Probes;

/// <summary>A program runs tests and writes a JUnit report, in which every case passed. It must change nothing.</summary>
public sealed record JUnitProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the program: a name in PATH, or a path relative to the folder.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a program")]
    public required string Program { get; init; }

    /// <summary>Gets its arguments; no shell reads them. <c>$(address)</c> is the address of what is looked at (the candidate, the gateway).</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Gets variables to set; <c>$(address)</c> as in the arguments.</summary>
    [MayHoldPlaceholders]
    [MayBeEmpty]
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the folder, relative to the repository.</summary>
    [InRepository]
    public string Folder { get; init; } = ".";

    /// <summary>Gets the report's file, relative to the folder, which the program must write anew; null when it writes the report to its standard output.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a path")]
    public string? Report { get; init; }

    /// <summary>Gets how many cases must have run at least; skipped ones do not count.</summary>
    [Range(1, 1_000_000)]
    public int LeastTests { get; init; } = 1;

    /// <summary>Gets how many cases may fail.</summary>
    [Range(0, 1_000_000)]
    public int MayFail { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        foreach (var name in Env.Keys.Where(name => name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0))
        {
            yield return new("env", $"expected names such as \"BASE_URL\", found {OptionText.Found(name)}");
        }
    }
}

/// <summary>Runs the program and reads its report: the report judges, since programs differ in what they exit with.</summary>
internal static class JUnitProbe
{
    private const int MostNamed = 5;
    private const long LargestReport = 32 * 1024 * 1024;

    public static async Task<ProbeResult> Look(JUnitProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        string Resolved(string text) => context.Placeholders.Resolve(text).Replace("$(address)", context.BaseAddress?.ToString().TrimEnd('/') ?? "", StringComparison.Ordinal);
        var report = options.Report is null ? null : Path.GetFullPath(options.Report, context.FullPath(options.Folder));
        var old = report is null ? null : Stamp(report);
        var command = new ToolCommand(options.Program, [.. options.Args.Select(Resolved)])
        {
            WorkingFolder = context.FullPath(options.Folder),
            Environment = options.Env.ToDictionary(variable => variable.Key, variable => (string?)Resolved(variable.Value)),
            Timeout = options.Timeout,
            Keep = report is null ? (int)LargestReport : 1024 * 1024,
        };
        var result = await context.Tool.Run(command, cancellation);
        var shown = new ToolCommand(options.Program, options.Args).ToString();
        try
        {
            if (report is not null && (FileKind.IsOther(report) || Stamp(report) is not { } stamp || stamp == old || new FileInfo(report).Length > LargestReport))
            {
                return new(ProbeVerdict.Unavailable, $"`{shown}` exited with {result.ExitCode} and wrote no report {options.Report}. {result.Shown}".TrimEnd(), "Correct the path, or let it write the report anew at every run.");
            }

            return Judge(options, shown, result, report is null ? JUnitReport.Read(new StringReader(result.StandardOutput)) : JUnitReport.ReadFile(report));
        }
        catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
        {
            return new(ProbeVerdict.Unavailable, $"`{shown}` exited with {result.ExitCode}, and its report cannot be read: {problem.Message} {result.Shown}".TrimEnd());
        }
    }

    private static ProbeResult Judge(JUnitProbeOptions options, string shown, ToolResult result, JUnitReport report)
    {
        var ran = report.Cases - report.Skipped;
        var told = $"{ran.ToString("N0", CultureInfo.InvariantCulture)} cases ran"
            + (report.Skipped > 0 ? $", {report.Skipped.ToString("N0", CultureInfo.InvariantCulture)} were skipped" : "");
        return report.Failed.Count > options.MayFail
                ? new(ProbeVerdict.Fail, $"{report.Failed.Count} of {told}, failed: {string.Join("; ", report.Failed.Take(MostNamed))}"
                    + (report.Failed.Count > MostNamed ? $"; and {report.Failed.Count - MostNamed} more" : ""))
            : ran < options.LeastTests
                ? new(ProbeVerdict.Fail, $"`{shown}`: {told}, expected at least {options.LeastTests}", "A suite that does not run passes nothing: look why.")
            : result.ExitCode != 0 && report.Failed.Count == 0
                ? new(ProbeVerdict.Fail, $"`{shown}` exited with {result.ExitCode}, although no case failed ({told}). {result.Shown}".TrimEnd())
            : new(ProbeVerdict.Pass, $"`{shown}`: {told}{(report.Failed.Count > 0 ? $", {report.Failed.Count} failed, {options.MayFail} may" : ", all passed")}");
    }

    private static (DateTime Written, long Length)? Stamp(string path) =>
        new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : null;
}
