#nullable disable
using Nuke.Common.Execution;

namespace Nuke.Common;

public class Host
{
    protected Host()
    {
    }

    private protected static BuildRun Run => BuildRun.Current;

    protected internal void WriteLogo()
        => Run.Console.Line("NUKE Execution Engine version 10.1.0, Release's subset "
            + $"({EnvironmentInfo.PlatformName},.NETCoreApp,Version=v{Environment.Version.ToString(2)})");

    protected internal virtual IDisposable WriteBlock(string text)
    {
        Run.Console.Line();
        Run.Console.Line("╬" + new string('═', text.Length + 5), Shade.Heading);
        Run.Console.Line("║ " + text, Shade.Heading);
        Run.Console.Line("╬" + new string('═', Math.Max(text.Length - 4, 2)), Shade.Heading);
        Run.Console.Line();
        return null;
    }

    protected internal virtual void ReportWarning(string text, string details = null)
    {
    }

    protected internal virtual void ReportError(string text, string details = null)
    {
    }

    /// <summary>True keeps the message from being shown.</summary>
    protected internal virtual bool FilterMessage(string message) => false;

    protected internal virtual void WriteErrorsAndWarnings()
    {
        if (Run.Log.Noteworthy.Count == 0)
        {
            return;
        }

        using var block = WriteBlock("Errors & Warnings");
        foreach (var note in Run.Log.Noteworthy)
        {
            Run.Console.Line(note.ToString(), note.Severity == Severity.Warning ? Shade.Warning : Shade.Error);
        }
    }

    protected internal virtual void WriteTargetOutcome(INukeBuild build)
    {
        Run.Console.Line();
        foreach (var line in SummaryTable.Of(build.ExecutionPlan))
        {
            Run.Console.Line(line.Text, line.Shade);
        }
    }

    protected internal virtual void WriteBuildOutcome(INukeBuild build)
    {
        Run.Console.Line();
        Run.Console.Line(
            $"Build {Run.Outcome(build)} on {Run.Clock.GetUtcNow().UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}.",
            Run.Succeeded(build) ? Shade.Good : Shade.Error);
    }
}
