using System.Globalization;
using Release.Output;
using Release.Platforms;

namespace Release.Runs;

/// <summary>
/// Restores a backup on a person's word. Without a confirmation it says what would be lost and changes nothing; with one it is
/// a run of its own: what is there is backed up and put aside, never written over.
/// </summary>
public sealed class Restoring(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>The word for the newest backup.</summary>
    public const string Latest = "latest";

    /// <summary>The word for what the last restore put aside.</summary>
    public const string Previous = "previous";

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>Restores, or says what that would do.</summary>
    /// <param name="wanted"><c>latest</c>, <c>previous</c> or a backup's name; where there are several methods after the method's name and a slash.</param>
    /// <param name="confirmed">What is to be replaced, as the person named it; null for no confirmation.</param>
    /// <param name="withoutSafety">Whether what is there need not be backed up first.</param>
    public async Task<RunResult> Run(string wanted, string? confirmed, bool withoutSafety = false)
    {
        try
        {
            return await Restore(wanted, confirmed, withoutSafety);
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> Restore(string wanted, string? confirmed, bool withoutSafety)
    {
        var (method, order) = await Order(wanted);
        if (confirmed is not null && confirmed != method.Target)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"--confirm names {Quoted(confirmed)}, but what would be replaced is {Quoted(method.Target)}. Nothing was changed.",
                $"If that is what you mean: {Again(wanted, method.Target, withoutSafety)}.");
        }

        var outlook = await method.LookAhead(order, stop.Token);
        foreach (var line in outlook.Lines)
        {
            environment.Screen.Line($"  {TerminalText.Line(line, 600)}");
        }

        var isBare = !outlook.IsGone && (withoutSafety || outlook.NoSafety is not null);
        return confirmed is null
            ? new RunResult(
                    ExitStatus.Parked,
                    $"Nothing was changed: restoring {What(order)} would {(outlook.IsGone ? $"make {Quoted(outlook.Target)} anew" : $"replace {Quoted(outlook.Target)}")}{Window(outlook)}{(isBare ? ", and what is there is not dumped before" : "")}.",
                    $"If everything written since may be lost: {Again(wanted, outlook.Target, isBare)}.")
            : outlook.NoSafety is { } why && !withoutSafety
                ? throw new ReleaseException(
                    ExitStatus.Usage,
                    $"What is in {Quoted(outlook.Target)} now cannot be dumped before it is replaced: {TerminalText.Line(why, 500).TrimEnd('.')}. Nothing was changed.",
                    $"Mend that; or, if no dump of it is needed (it is put aside all the same): {Again(wanted, outlook.Target, true)}.")
            : await Confirmed(method, order with { IsGone = outlook.IsGone, WithoutSafety = withoutSafety && !outlook.IsGone }, outlook);
    }

    private async Task<RunResult> Confirmed(IRestorableBackup method, RestoreOrder order, RestoreOutlook outlook)
    {
        var opener = new Opener(environment, stop);
        var lease = await opener.Take("restore");
        try
        {
            var state = await opener.ReadIdle(lease);

            var serving = state.Stable ?? new DeployedRelease("nothing", null, []);
            var ordering = new Opener(environment with { Inputs = environment.Inputs with { Restores = order } }, stop);
            await using var run = await ordering.Open(state, lease, RunKind.Restore, serving, state.Stable, Phases.Restore, null);
            await new StraightRun(run).ToEnd();
            return new RunResult(
                ExitStatus.Done,
                $"{Quoted(outlook.Target)} is {What(order)}{(outlook.TakenAt is { } at ? $", as it was at {Show.Time(at)}" : "")}. {(outlook.IsGone ? "There was none before it, so nothing is kept beside it." : "What was there before is kept beside it.")}",
                outlook.IsGone
                    ? $"It cannot be taken back, since there is nothing to go back to; another backup may take its place: {environment.Command($"Restore --backup {(Methods.Count > 1 ? $"{method.Id}/" : "")}NAME")}."
                    : $"Take it back: {environment.Command($"Restore --backup {(Methods.Count > 1 ? $"{method.Id}/" : "")}{Previous} --confirm {Argument(outlook.Target)}")}; when you are sure, drop what is kept.");
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private IReadOnlyList<IRestorableBackup> Methods => [.. Ports.Backups.OfType<IRestorableBackup>()];

    private async Task<(IRestorableBackup Method, RestoreOrder Order)> Order(string wanted)
    {
        var slash = wanted.IndexOf('/', StringComparison.Ordinal);
        var (id, name) = slash < 0 ? (null, wanted) : (wanted[..slash], wanted[(slash + 1)..]);
        var methods = Methods.Where(m => id is null || m.Id == id).ToList();
        if (methods.Count == 0)
        {
            throw Usage(
                Methods.Count == 0 ? $"{environment.Name} has no backup that can be restored: \"backup\" of its configuration names none of a database" : $"{environment.Name} has no backup method {Quoted(id!)}; there are: {string.Join(", ", Methods.Select(m => m.Id))}",
                "docs/backups.md says how one is configured.");
        }

        if (methods.Count > 1 && name is Latest or Previous)
        {
            throw Usage($"{environment.Name} has several backup methods", $"Say whose: {string.Join(", ", methods.Select(m => $"--backup {m.Id}/{name}"))}.");
        }

        var stamp = Ports.Clock.GetUtcNow().UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        if (name == Previous)
        {
            return await methods[0].Aside(stop.Token) is [var newest, ..]
                ? (methods[0], new RestoreOrder(methods[0].Id, null, stamp, newest))
                : throw Usage($"No restore put anything of {Quoted(methods[0].Target)} aside", $"Restore a backup: {environment.Command($"Restore --backup {Latest}")}.");
        }

        var kept = methods.SelectMany(m => m.Kept().Select(b => (Method: m, Backup: b))).ToList();
        var found = name == Latest ? kept.Where(k => k.Backup.IsVerified).Concat(kept).Take(1).ToList() : [.. kept.Where(k => k.Backup.Name == name)];
        return found is [var one]
            ? (one.Method, new RestoreOrder(one.Method.Id, one.Backup.Name, stamp))
            : throw Usage(
                found.Count > 1 ? $"Several methods have a backup {Quoted(name)}" : kept.Count == 0 ? $"{environment.Name} has no backup yet" : $"{environment.Name} has no backup {Quoted(name)}",
                kept.Count == 0 ? $"Take one: {environment.Command("Backup")}." : $"There are: {string.Join(", ", kept.Take(10).Select(k => $"{k.Method.Id}/{k.Backup.Name} ({Show.Time(k.Backup.TakenAt)}{(k.Backup.IsVerified ? "" : ", not verified")})"))}.");
    }

    private static ReleaseException Usage(string what, string next) => new(ExitStatus.Usage, $"{what}. Nothing was changed.", next);

    private static string What(RestoreOrder order) => order.Backup is { } backup ? $"the backup {backup}" : $"{Quoted(order.Aside!)}, which an earlier restore put aside";

    // The one number that the decision is about.
    private string Window(RestoreOutlook outlook) =>
        outlook.TakenAt is { } at ? $" {(outlook.IsGone ? "as" : "by what")} it was at {Show.Time(at)}, {Show.Duration(Ports.Clock.GetUtcNow() - at)} ago: what was written in that time is lost to it" : "";

    private string Again(string wanted, string target, bool withoutSafety) =>
        environment.Command($"Restore --backup {wanted} --confirm {Argument(target)}{(withoutSafety ? " --without-safety-dump" : "")}");

    private static string Quoted(string name) => $"\"{TerminalText.Line(name, 100)}\"";

    private static string Argument(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? name : $"'{TerminalText.Line(name, 200).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
