using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>Reads and sets how often Kong tries another target for a service.</summary>
internal sealed class ServiceRetries(string service, Func<(KongAdmin Kong, IKongWriter Writer)?> admin)
{
    public string Service => service;

    /// <summary>What Kong has, and what it would have after a restart; null when it has no such service.</summary>
    public async Task<(KongRetries Now, KongRetries Kept)?> Ask(CancellationToken cancellation)
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
        return (now, writer.KeptRetries(service) ?? now);
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
            return await retries.Ask(cancellation) is not var (now, kept)
                ? new(StepState.Foreign, [], retries.Missing().Message)
                : new(
                    now.Retries != 0 ? (now.Mark is null ? StepState.Pending : StepState.Torn) : kept.Retries != 0 ? StepState.Torn : StepState.Applied,
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
        var (now, kept) = await retries.Ask(cancellation) ?? throw retries.Missing();

        // Somebody who has it at 0 gets no mark: there is nothing to put back.
        if (now.Retries != 0 || kept.Retries != 0)
        {
            await retries.Set(now.Retries != 0 || now.Mark is not null ? now.Held() : kept.Held(), cancellation);
        }
    }

    /// <summary>
    /// Puts back what the mark says; without one nothing of this step is there. One that was there before is of a run that was
    /// abandoned: the next promotion ends it.
    /// </summary>
    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (ServiceRetries.Of(before)?.Mark is null && await retries.Ask(cancellation) is var (now, kept) && (now.Mark ?? kept.Mark) is not null)
        {
            await retries.Set((now.Mark is not null ? now : kept).Released(), cancellation);
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
            return await retries.Ask(cancellation) is not var (now, kept)
                ? new(StepState.Foreign, [], retries.Missing().Message)
                : new(
                    now.Mark is not null ? StepState.Pending : kept.Mark is not null ? StepState.Torn : StepState.Applied,
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
        var (now, kept) = await retries.Ask(cancellation) ?? throw retries.Missing();
        if ((now.Mark ?? kept.Mark) is not null)
        {
            await retries.Set((now.Mark is not null ? now : kept).Released(), cancellation);
        }
    }

    /// <summary>Holds them again, where this step gave them back.</summary>
    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        if (ServiceRetries.Of(before) is { Mark: not null } held && await retries.Ask(cancellation) is var (now, kept) && (now.Mark is null || kept.Mark is null))
        {
            await retries.Set(now.Mark is null ? new(held.Retries, [.. now.Tags, held.Mark]) : now, cancellation);
        }
    }
}
