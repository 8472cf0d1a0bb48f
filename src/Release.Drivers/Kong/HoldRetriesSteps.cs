using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>A service's retries as Kong has them, and as it would have them after a restart.</summary>
internal sealed record RetriesLook(KongRetries Now, KongRetries Kept)
{
    private KongRetries[] Both => [Now, Kept];

    /// <summary>Gets whether nothing is tried again, a restart or not.</summary>
    public bool TriesOnce => Array.TrueForAll(Both, retries => retries.Retries == 0);

    /// <summary>Gets those that say how many there were; null where neither does.</summary>
    public KongRetries? Marked => Array.Find(Both, retries => retries.Mark is not null);

    /// <summary>Gets whether both say it.</summary>
    public bool AreMarked => Array.TrueForAll(Both, retries => retries.Mark is not null);

    /// <summary>Gets what is to be held.</summary>
    public KongRetries Holdable => Marked ?? Array.Find(Both, retries => retries.Retries != 0) ?? Now;
}

/// <summary>Reads and sets how often Kong tries another target for a service.</summary>
internal sealed class ServiceRetries(string service, Func<(KongAdmin Kong, IKongWriter Writer)?> admin)
{
    public string Service => service;

    /// <summary>What Kong has, and what it would have after a restart; null when it has no such service.</summary>
    public async Task<RetriesLook?> Ask(CancellationToken cancellation)
    {
        var (kong, writer) = Admin();
        var path = KongPaths.Service(service);
        if (await kong.Find(path, cancellation) is not { } entity)
        {
            return null;
        }

        var retries = entity["retries"] is JsonValue value && value.TryGetValue(out int count) && count is >= 0 and <= 32_767
            ? count : throw kong.Senseless(path, "its service has no retries");
        var tags = (entity["tags"] as JsonArray ?? []).OfType<JsonValue>().Select(tag => tag.TryGetValue(out string? text) ? text : null).OfType<string>();
        var now = new KongRetries(retries, [.. tags]);
        return new(now, writer.KeptRetries(service) ?? now);
    }

    public Task Set(KongRetries retries, CancellationToken cancellation) => Admin().Writer.Retry(service, retries, cancellation);

    public static JsonObject Seen(KongRetries now) => new()
    {
        ["retries"] = now.Retries,
        ["tags"] = new JsonArray([.. now.Tags.Select(tag => JsonValue.Create(tag))]),
    };

    public static KongRetries? Of(Before before) => before.Seen["retries"] is JsonValue value && value.TryGetValue(out int retries)
        ? new(retries, [.. (before.Seen["tags"] as JsonArray ?? []).OfType<JsonValue>().Select(tag => tag.GetValue<string>())])
        : null;

    public ReleaseException Missing() => new(
        ExitStatus.Failed, $"Kong has no service {service}.", "Name the right one in the configuration: traffic/routes, \"kongService\".");

    private (KongAdmin Kong, IKongWriter Writer) Admin() => admin() ?? throw new KongUnavailableException("The gateway was never started.");
}

/// <summary>
/// Sets a service's retries to 0 while a candidate is judged: with Kong's own five a connection error of the candidate is
/// tried again on stable, and nobody sees it. How many there were stays with the service, as a tag.
/// </summary>
internal sealed class HoldRetriesStep(string service, ServiceRetries retries, TimeSpan deadline) : IStep
{
    public string Id => "hold-retries-" + service;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => deadline;

    public string Describe() => $"Set the retries of Kong's service {retries.Service} to 0, so that stable does not hide the candidate's failures.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            return await retries.Ask(cancellation) is not { Now: var now } look
                ? new(StepState.Foreign, [], retries.Missing().Message)
                : new(
                    look.TriesOnce ? StepState.Applied : now.Retries != 0 && now.Mark is null ? StepState.Pending : StepState.Torn,
                    ServiceRetries.Seen(now),
                    now.Retries == 0 ? $"Kong's service {retries.Service} tries once." : $"Kong's service {retries.Service} tries {now.Retries} times more when a target does not answer.");
        }
        catch (Exception problem) when (problem is KongException or ReleaseException)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var look = await retries.Ask(cancellation) ?? throw retries.Missing();

        // Somebody who has it at 0 gets no mark: there is nothing to put back.
        if (!look.TriesOnce)
        {
            await retries.Set(look.Holdable.Held(), cancellation);
        }
    }

    /// <summary>
    /// Puts back what the mark says; without one nothing of this step is there. One that was there before is of a run that was
    /// abandoned: the next promotion ends it.
    /// </summary>
    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (ServiceRetries.Of(before)?.Mark is null && (await retries.Ask(cancellation))?.Marked is { } held)
        {
            await retries.Set(held.Released(), cancellation);
        }
    }
}

/// <summary>Gives a service its retries back when its new version serves everything.</summary>
internal sealed class ReleaseRetriesStep(string service, ServiceRetries retries, TimeSpan deadline) : IStep
{
    public string Id => "release-retries-" + service;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => deadline;

    public string Describe() => $"Give Kong's service {retries.Service} the retries back that it had before the canary.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            return await retries.Ask(cancellation) is not { Now: var now } look
                ? new(StepState.Foreign, [], retries.Missing().Message)
                : new(
                    look.Marked is null ? StepState.Applied : now.Mark is not null ? StepState.Pending : StepState.Torn,
                    ServiceRetries.Seen(now),
                    now.Mark is not null ? $"Kong's service {retries.Service} still has its retries held at 0." : $"Kong's service {retries.Service} has {now.Retries} retries.");
        }
        catch (Exception problem) when (problem is KongException or ReleaseException)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var look = await retries.Ask(cancellation) ?? throw retries.Missing();
        if (look.Marked is { } held)
        {
            await retries.Set(held.Released(), cancellation);
        }
    }

    /// <summary>Holds them again, where this step gave them back.</summary>
    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (ServiceRetries.Of(before) is { Mark: { } mark } held && await retries.Ask(cancellation) is { AreMarked: false, Now: var now })
        {
            await retries.Set(new(held.Retries, [.. now.Tags.Where(tag => tag != mark), mark]), cancellation);
        }
    }
}
