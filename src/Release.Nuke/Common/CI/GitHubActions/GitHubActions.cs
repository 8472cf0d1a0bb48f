#nullable disable
using System.Globalization;
using System.Text;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>The GitHub runner as host: blocks fold, and each warning and error becomes an annotation.</summary>
public class GitHubActions : Host, IBuildServer
{
    internal GitHubActions()
    {
    }

    public static GitHubActions Instance => NukeBuild.Host as GitHubActions;
    public string Workflow => Variable("GITHUB_WORKFLOW");
    public string Actor => Variable("GITHUB_ACTOR");
    public string Repository => Variable("GITHUB_REPOSITORY");
    public string EventName => Variable("GITHUB_EVENT_NAME");
    public string Sha => Variable("GITHUB_SHA");
    public string Ref => Variable("GITHUB_REF");
    public string RefName => Variable("GITHUB_REF_NAME");
    public long RunId => Number("GITHUB_RUN_ID");
    public long RunNumber => Number("GITHUB_RUN_NUMBER");
    public long RunAttempt => Number("GITHUB_RUN_ATTEMPT");
    public string ServerUrl => Variable("GITHUB_SERVER_URL");
    public string Token => Variable("GITHUB_TOKEN");
    public AbsolutePath StepSummaryFile => Variable("GITHUB_STEP_SUMMARY");
    string IBuildServer.Branch => Ref;
    string IBuildServer.Commit => Sha;

    public void Group(string group) => WriteCommand("group", group);

    public void EndGroup(string group) => WriteCommand("endgroup", group);

    public void WriteWarning(string message) => WriteCommand("warning", message);

    public void WriteError(string message) => WriteCommand("error", message);

    /// <summary>
    /// A command to the runner, on one line whatever the texts hold: line breaks become <c>%0A</c>, control characters are
    /// taken out, and secrets are masked.
    /// </summary>
    public void WriteCommand(
        string command, string message = null, Configure<Dictionary<string, object>> dictionaryConfigurator = null)
    {
        var line = new StringBuilder("::").Append(command);
        var separator = ' ';
        foreach (var (key, value) in dictionaryConfigurator?.Invoke([]) ?? [])
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture);
            _ = line.Append(separator).Append(key).Append('=').Append(Escape(Safe(text), property: true));
            separator = ',';
        }

        Run.Console.WorkflowCommand(line.Append("::").Append(Escape(Safe(message), property: false)).ToString());
    }

    protected internal override IDisposable WriteBlock(string text)
    {
        Group(text);
        return new Closing(() => EndGroup(text));
    }

    protected internal override void ReportWarning(string text, string details = null)
        => WriteWarning(details is null ? text : $"{text}\n{details}");

    protected internal override void ReportError(string text, string details = null)
        => WriteError(details is null ? text : $"{text}\n{details}");

    protected internal override void WriteBuildOutcome(INukeBuild build)
    {
        base.WriteBuildOutcome(build);
        if (Variable("GITHUB_STEP_SUMMARY") is { Length: > 0 } file
            && StepSummary.Append(file, StepSummary.Markdown(build, Run.Outcome(build), Run.Console.Mask)) is { } problem)
        {
            Run.Console.Line($"The job's summary could not be written: {problem}", Shade.Warning);
        }
    }

    // Masked again after filtering: a secret could have been broken up by what the filter takes out.
    private static string Safe(string text) => Run.Console.Mask(
        string.Join('\n', Run.Console.Mask(text).ReplaceLineEndings("\n").Split('\n').Select(TextFilter.Untrusted)));

    internal static bool IsRunning(IReadOnlyDictionary<string, string> variables)
        => variables.TryGetValue("GITHUB_ACTIONS", out var value)
            && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    // https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts: a raw line break would end the command
    // and let the rest of the text be one of its own.
    private static string Escape(string text, bool property)
    {
        var escaped = (text ?? "")
            .Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);
        return property
            ? escaped.Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)
            : escaped;
    }

    private static string Variable(string name) => Run.Surroundings.Variables.GetValueOrDefault(name);

    private static long Number(string name)
        => long.TryParse(Variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
