using System.Globalization;
using Release.Configuration;
using Release.Output;
using Release.Platforms;

namespace Release.Runs;

/// <summary>
/// Restarts or scales a service that serves, on a person's word: a run of its own, whose version is the one that serves. What is
/// not known, or what the platform cannot do, is refused before anything is touched.
/// </summary>
public sealed class Fixing(ReleaseEnvironment environment, StopSignal stop)
{
    private const int MostCopies = 100;
    private const string Known = "restart-service=NAME and scale-service=NAME:N";

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>Reads what is ordered.</summary>
    /// <param name="text"><c>restart-service=NAME</c> or <c>scale-service=NAME:N</c>.</param>
    /// <param name="options">The environment.</param>
    /// <exception cref="ReleaseException">It is none, or there is no such service; <see cref="ExitStatus.Usage"/>, with the nearest name.</exception>
    public static FixOrder Order(string text, EnvironmentOptions options)
    {
        var (name, rest) = Cut(text, '=');
        var kind = name switch
        {
            "restart-service" => FixKind.RestartService,
            "scale-service" => FixKind.ScaleService,
            _ => throw Usage($"There is no fix {Quoted(name)}. {Nearest.Hint(name, ["restart-service", "scale-service"])}", $"There are {Known}."),
        };
        var (service, number) = kind is FixKind.ScaleService ? Cut(rest, ':') : (rest, "");
        var services = options.Services.Select(s => s.Name).ToList();
        if (service.Length == 0 || !services.Contains(service))
        {
            throw Usage(service.Length == 0 ? $"--fix {name} needs the name of a service" : $"There is no service {Quoted(service)} in {options.Name}. {Nearest.Hint(service, services)}", $"There are: {string.Join(", ", services)}.");
        }

        return kind is FixKind.RestartService ? new(kind, service, null)
            : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var copies) && copies is >= 1 and <= MostCopies ? new(kind, service, copies)
            : throw Usage($"--fix scale-service={service} needs how many copies are to run, 1 to {MostCopies}: {(number.Length == 0 ? "there is no number" : Quoted(number))}", $"For example: --fix scale-service={service}:2.");
    }

    /// <summary>Carries the order out.</summary>
    /// <param name="text">As in <see cref="Order"/>.</param>
    public async Task<RunResult> Run(string text)
    {
        try
        {
            var order = Order(text, environment.Options);
            var (state, _) = await EnvironmentState.Read(Ports.Journal, stop.Token);
            if (state.Open is null)
            {
                // Before the lease: what is refused leaves no trace.
                _ = await Marked(order, state);
            }

            return await Carry(order);
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> Carry(FixOrder order)
    {
        var opener = new Opener(environment, stop);
        var lease = await opener.Take(order.Text);
        try
        {
            var state = await opener.ReadIdle(lease);

            var (marked, instance) = await Marked(order, state);
            var ordering = new Opener(environment with { Inputs = environment.Inputs with { Fixes = marked } }, stop);
            await using var run = await ordering.Open(state, lease, RunKind.Fix, Target(order, state, instance), state.Stable, Phases.Fix, null);
            await new StraightRun(run).ToEnd();
            return new RunResult(ExitStatus.Done, Said(order, instance), Next(order));
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private async Task<(FixOrder Order, Instance Instance)> Marked(FixOrder order, EnvironmentState state)
    {
        var (service, instance) = Serving(order, state);
        return (order with { Mark = await Ports.Platform.Examine(order, instance, service, stop.Token) }, instance);
    }

    // Refuses what cannot be done at all, with a name that a person can change.
    private (ServiceOptions Service, Instance Instance) Serving(FixOrder order, EnvironmentState state)
    {
        var service = environment.Options.Services.First(s => s.Name == order.Service);
        if (state.IsDown || state.Stable?.Of(order.Service) is not { } instance)
        {
            throw Usage($"{order.Service} does not serve in {environment.Name}{(state.IsDown ? ", which is down" : "")}: there is nothing to {Verb(order)}", $"Start: {environment.Command("Promote")}.");
        }

        var can = order.Kind is FixKind.RestartService
            ? Ports.Platform.RestartsBeside || Ports.Platform.Restart("restart", instance, service, order) is not null
            : Ports.Platform.Scale("scale", instance, service, order) is not null;
        return can ? (service, instance) : throw Usage(
            $"The platform {Quoted(environment.Options.Platform.Type)} of {environment.Name} cannot {Verb(order)} a service",
            order.Kind is FixKind.ScaleService ? "Give it more of the machine, or take what is busy back." : $"Release it again, or take it back: {environment.Command("Rollback")}.");
    }

    // Beside what serves there is another instance of the same; what is restarted or scaled where it is stays itself.
    private DeployedRelease Target(FixOrder order, EnvironmentState state, Instance instance)
    {
        var anew = instance with { Id = $"{instance.Artefact.Service}-{instance.Artefact.Version}-run{state.NextRun}" };
        return order.Kind is FixKind.RestartService && Ports.Platform.RestartsBeside
            ? state.Stable! with { Instances = [.. state.Stable.Instances.Select(i => i.Id == instance.Id ? anew : i)] }
            : state.Stable!;
    }

    private string Said(FixOrder order, Instance instance)
    {
        var what = $"{instance.Artefact.Service} {instance.Artefact.Version}";
        return order.Kind is FixKind.ScaleService ? $"{what} runs in {order.Copies} {(order.Copies == 1 ? "copy" : "copies")} in {environment.Name}."
            : Ports.Platform.RestartsBeside ? $"{what} was started anew in {environment.Name}, and had its traffic before the one before it was stopped."
            : $"{what} was restarted in {environment.Name}, where it was; a restart cannot be taken back.";
    }

    private string Next(FixOrder order) => order.Kind is FixKind.ScaleService
        ? $"Another number: {environment.Command($"Doctor --fix scale-service={order.Service}:N")}."
        : $"See {environment.Command("Status")}.";

    private static string Verb(FixOrder order) => order.Kind is FixKind.RestartService ? "restart" : "scale";

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var index and >= 0 ? (text[..index], text[(index + 1)..]) : (text, "");

    private static ReleaseException Usage(string what, string next) => new(ExitStatus.Usage, $"{what}{(what[^1] is '?' or '.' ? "" : ".")} Nothing was changed.", next);

    private static string Quoted(string name) => $"\"{TerminalText.Line(name, 100)}\"";
}
