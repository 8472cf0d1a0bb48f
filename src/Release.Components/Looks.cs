using System.Text.Json.Nodes;
using Release.Reports;
using Release.Runbooks;
using Release.Runs;
using Release.Tools;
using Release.Views;

namespace Release.Components;

/// <summary>The targets that only look: they take no lease and change nothing.</summary>
internal sealed class Looks(IRelease build, StopSignal stop, OpenEnvironments environments, CommandGuard guard)
{
    private ReleaseReport? _report;
    private ExecutedRunbook? _runbook;

    /// <summary>Shows the state.</summary>
    public Task Status() => Look(async environment =>
    {
        var view = new StatusView(environment);
        var status = await view.Read(stop.Token);
        Printed.To(build, environment, status, view.Render(status));
        FinishIfAny(view.Result);
    });

    /// <summary>Writes a run's report.</summary>
    public Task Report(int? run) => Look(async environment =>
    {
        if (_report is null)
        {
            await ReadReport(run);
        }

        var report = _report!;
        var files = new ReportFiles(build.RootDirectory, environment.Name).Write(report);
        Printed.To(build, environment, ReportJson.Of(report), files);
        report.Chain.Damages.ToList().ForEach(d => environment.Screen.Warn($"The journal is damaged at record {d.Seq} (line {d.Line}): {d.What}. The report says so at its top."));
        guard.Finish(new RunResult(ExitStatus.Done, $"Run {report.Run}: {report.Verdict.Line}"));
    });

    /// <summary>Shows the runbook.</summary>
    public Task Runbook(int? run) => Look(async environment =>
    {
        if (_runbook is null)
        {
            await ReadRunbook(run);
        }

        Printed.To(build, environment, RunbookJson.Of(_runbook!), RunbookView.Render(_runbook!));
    });

    /// <summary>Reads the runbook of a run, and keeps it.</summary>
    public async Task ReadRunbook(int? run) =>
        _runbook = await new RunbookView(await environments.Environment(Purpose.Look)).Read(run?.ToString(System.Globalization.CultureInfo.InvariantCulture), stop.Token);

    /// <summary>Lists the runs.</summary>
    public Task History() => Look(async environment =>
    {
        if (build.Html)
        {
            var history = await new ReportView(environment).ReadHistory(stop.Token);
            var file = new ReportFiles(build.RootDirectory, environment.Name).Write(history);
            Printed.To(build, environment, new JsonObject { ["env"] = environment.Name, ["file"] = file }, [file]);
            return;
        }

        var view = new HistoryView(environment);
        Printed.To(build, environment, await view.Read(stop.Token), await view.Render(stop.Token));
        FinishIfAny(view.Result);
    });

    /// <summary>Shows the plan of the next release.</summary>
    /// <param name="rules">The file for the gate's limits; null for none.</param>
    public Task Preview(string? rules) => Look(async environment =>
    {
        var view = new PreviewView(environment);
        var preview = await view.Read(stop.Token);
        var lines = view.Render(preview);
        if (rules is not null)
        {
            await RulesCommand.Write(rules, environment, stop.Token);
            (preview["rules"], lines) = (rules, [.. lines, $"The gate's limits are in {rules}, as rules of Prometheus."]);
        }

        Printed.To(build, environment, preview, lines);
    });

    /// <summary>Rehearses the gate on stable's past.</summary>
    /// <param name="since">How far back.</param>
    public Task Backtest(TimeSpan since) => Look(async environment =>
    {
        var tests = await new Backtesting(environment).Run(since, stop.Token);
        Printed.To(
            build, environment, BacktestCommand.Document(environment.Options, since, tests), [.. BacktestCommand.Lines(environment.Options, tests)], nameof(ReleaseCommand.Judge));
        guard.Finish(BacktestCommand.Verdict(tests));
    });

    /// <summary>Looks the environment over.</summary>
    public Task Doctor() => Look(async environment =>
    {
        var diagnoses = await new Diagnosis.Examination(environment).Run(stop.Token);
        Printed.To(build, environment, DoctorCommand.Document(environment, diagnoses), [.. DoctorCommand.Lines(environment, diagnoses)]);
        guard.Finish(DoctorCommand.Verdict(environment, diagnoses));
    });

    /// <summary>Verifies the journal.</summary>
    /// <param name="anchor">A record's hash that somebody noted elsewhere; null for none.</param>
    public Task Audit(string? anchor) => Look(async environment =>
    {
        var view = new AuditView(environment);
        var audit = await view.Read(Anchors.Require(anchor), stop.Token);
        var lines = new List<string>();
        var result = view.Judge(audit, lines.Add);
        Printed.To(build, environment, audit, lines);
        guard.Finish(result);
    });

    /// <summary>Reads the run that a report is to tell of, and keeps it.</summary>
    public async Task ReadReport(int? run) => _report = await new ReportView(await environments.Environment(Purpose.Look)).Read(run?.ToString(System.Globalization.CultureInfo.InvariantCulture), stop.Token);

    private Task Look(Func<ReleaseEnvironment, Task> look) => guard.Run(async () =>
    {
        try
        {
            await look(await environments.Environment(Purpose.Look));
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ReleaseException(ExitStatus.Failed, error.Message, "Looking changed nothing.");
        }
    });

    private void FinishIfAny(RunResult? result)
    {
        if (result is not null)
        {
            guard.Finish(result);
        }
    }
}
