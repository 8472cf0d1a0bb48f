using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Docker;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>
/// Restarts the containers of an instance where they are, one after the other, each healthy before the next: with several copies
/// the others serve meanwhile, with one nothing does until it is back.
/// </summary>
internal sealed class RestartContainersStep(
    string id, Instance instance, ServiceOptions service, string mark, ComposeStack stack, ContainerWatch watch) : EngineStep(id)
{
    /// <summary>Gets <see cref="StepSafety.Irreversible"/>: what a process forgot when it ended does not come back.</summary>
    public override StepSafety Safety => StepSafety.Irreversible;

    public override TimeSpan Deadline => (Copies * (stack.Options.BootTimeout + (stack.Options.StopTimeout * 2))) + TimeSpan.FromSeconds(60);

    private int Copies => Math.Max(1, Parsed(mark).Count);

    public override string Describe() => Copies == 1
        ? $"Restart the container of {instance.Id} and wait until it is healthy: until then {service.Name} does not answer. This cannot be undone."
        : $"Restart the {Copies} containers of {instance.Id} one after the other, each healthy before the next. This cannot be undone.";

    /// <summary>What tells containers that were restarted from those that were not: since when each runs.</summary>
    public static string Mark(IEnumerable<Container> containers) => new JsonObject(containers
        .OrderBy(c => c.Id, StringComparer.Ordinal)
        .Select(c => KeyValuePair.Create(c.Id, (JsonNode?)Since(c)))).ToJsonString();

    public override async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var before = Parsed(mark);
        foreach (var container in await stack.OfInstance(instance.Id, cancellation))
        {
            if (IsAsBefore(container, before))
            {
                await stack.Engine.Stop(container.Id, stack.Options.StopTimeout, cancellation);
            }

            // One that a call before this one stopped, too.
            await stack.Engine.Start(container.Id, cancellation);
            await watch.Healthy([container.Id], service, instance.Id, cancellation);
        }
    }

    /// <summary>Starts what was stopped and not started again; no more can be taken back.</summary>
    public override async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        foreach (var stopped in (await stack.OfInstance(instance.Id, cancellation)).Where(c => !c.State.Running))
        {
            await stack.Engine.Start(stopped.Id, cancellation);
        }
    }

    protected override async Task<Observation> Look(CancellationToken cancellation)
    {
        var (before, there) = (Parsed(mark), await stack.OfInstance(instance.Id, cancellation));
        var seen = new JsonObject { ["instance"] = instance.Id, ["since"] = Mark(there) };
        if (there.Count == 0)
        {
            return new(StepState.Foreign, seen, $"there is no container of {instance.Id} any more");
        }

        var old = there.Where(c => IsAsBefore(c, before)).ToList();
        if (old.Count == there.Count)
        {
            return new(StepState.Pending, seen, $"{instance.Id} was not restarted yet: {string.Join(", ", old.Select(c => $"{c.Name} is {c.State.Status} since {Since(c)}"))}.");
        }

        var sick = old.Count > 0 ? $"{old[0].Name} was not restarted" : null;
        foreach (var container in there)
        {
            sick ??= await watch.Sickness(container, service, cancellation);
        }

        return sick is null
            ? new(StepState.Applied, seen, $"{instance.Id} was restarted and is healthy: {string.Join(", ", there.Select(c => c.Name))}.")
            : new(StepState.Torn, seen, $"{instance.Id} is not restarted whole: {sick}.");
    }

    // One that is stopped runs since the same time as before, and may be either: it is started in any case.
    private static bool IsAsBefore(Container container, IReadOnlyDictionary<string, string> before) =>
        before.GetValueOrDefault(container.Id) == Since(container);

    private static string Since(Container container) => container.State.StartedAt?.ToString("O", CultureInfo.InvariantCulture) ?? "never";

    private static Dictionary<string, string> Parsed(string mark) =>
        (mark.Length == 0 ? [] : JsonNode.Parse(mark) as JsonObject ?? []).ToDictionary(p => p.Key, p => p.Value!.GetValue<string>(), StringComparer.Ordinal);
}
