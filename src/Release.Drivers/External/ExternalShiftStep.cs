using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.External;

/// <summary>What a shift is to do.</summary>
/// <param name="Service">The service.</param>
/// <param name="Stable">The instance that serves; null at a first deployment.</param>
/// <param name="Candidate">The instance that is released.</param>
/// <param name="Share">Its share.</param>
/// <param name="Steps">The shares that other steps of the environment give it.</param>
internal sealed record ExternalShift(ServiceOptions Service, string? Stable, string Candidate, Percent Share, IReadOnlyList<int> Steps);

/// <summary>
/// Gives the candidate its share of the weights and stable the rest, divided among the addresses of each. Owns the addresses of
/// these two and no other (invariant 16).
/// The program only tells and sets weights; what they mean, and what was before, is known here.
/// </summary>
internal sealed class ExternalShiftStep(
    ExternalProgram program,
    string id,
    ExternalShift shift,
    Func<CancellationToken, Task<IReadOnlyDictionary<string, int>?>> weights,
    Func<string, CancellationToken, Task<InstanceView>> look) : ITrafficStep
{
    private const int Whole = 10_000;

    // A router may know whole percents only: less than half a percent off is what was asked for. Nothing is nothing, though.
    private const double Tolerance = 0.005;

    public string Id => id;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => program.Timeout + Settling.For(program) + TimeSpan.FromSeconds(5);

    public string Route => shift.Service.Name;

    public Percent Share => shift.Share;

    private Percent Asked => shift.Stable is null ? Percent.Full : shift.Share;

    public string Describe() => shift.Stable is null
        ? $"Send all traffic of {Route} to {shift.Candidate}."
        : $"Send {Share} of the traffic of {Route} to {shift.Candidate} and the rest to {shift.Stable}.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var stable = shift.Stable is null ? null : await look(shift.Stable, cancellation);
        var candidate = await look(shift.Candidate, cancellation);
        if (new[] { stable, candidate }.FirstOrDefault(view => view?.Liveness == Liveness.Unknown) is { } unknown)
        {
            return Observation.Unknown($"Where {unknown.Instance} is cannot be found out: {unknown.Detail}");
        }

        try
        {
            return await weights(cancellation) is { } now
                ? Observed(now, stable?.Routed ?? [], candidate.Routed)
                : Observation.Unknown($"The router does not answer for {Route}.");
        }
        catch (ExternalException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        var part = (int)decimal.Round(Asked.Value * Whole / 100);
        var wanted = new JsonObject();
        if (shift.Stable is not null)
        {
            Divide(wanted, await Addresses(shift.Stable, cancellation), Whole - part);
        }

        var candidate = await Addresses(shift.Candidate, cancellation);
        if (shift.Stable is null)
        {
            // All traffic means all: what an abandoned run left beside it, too.
            foreach (var (other, _) in (await weights(cancellation) ?? new Dictionary<string, int>()).Where(pair => pair.Value > 0))
            {
                wanted[other] = 0;
            }
        }

        Divide(wanted, candidate, part);
        try
        {
            await Set(ExternalProtocol.Apply, key, wanted, cancellation);
        }
        catch (ExternalSilentException silent)
        {
            program.Report($"  {id}: {silent.Message} Looking whether it was done all the same.");
            var seen = await Settling.Until(s => s.State is StepState.Applied, program, Observe, cancellation);
            if (seen.State is not StepState.Applied and not StepState.Unknown)
            {
                throw new ExternalSilentException($"{silent.Message} Looking says: {seen.Detail}", silent);
            }
        }
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        var was = before.Seen["weights"] as JsonObject ?? [];
        var wanted = new JsonObject();
        foreach (var (name, instance) in new[] { ("stable", shift.Stable), ("candidate", shift.Candidate) })
        {
            var addresses = Recorded(before, name) is { Count: > 0 } recorded ? recorded : instance is null ? [] : (await look(instance, cancellation)).Routed;
            foreach (var address in addresses)
            {
                wanted[address] = was[address]?.DeepClone();
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        try
        {
            await Set(ExternalProtocol.Undo, key, wanted, cancellation);
        }
        catch (ExternalSilentException silent)
        {
            program.Report($"  {id}: {silent.Message} Setting the weights once more.");
            await Set(ExternalProtocol.Undo, key, wanted, cancellation);
        }
    }

    private async Task Set(string call, StepKey key, JsonObject wanted, CancellationToken cancellation)
    {
        var members = new JsonObject
        {
            ["stepId"] = id,
            ["key"] = key.Value,
            ["service"] = ExternalService.Of(shift.Service),
            ["stable"] = shift.Stable,
            ["candidate"] = shift.Candidate,
            ["share"] = Asked.Value,
            ["weights"] = wanted.DeepClone(),
        };
        try
        {
            _ = await program.Ask(call, "shift", members, program.Timeout, cancellation);
        }
        catch (ExternalRefusedException no)
        {
            throw new ReleaseException(ExitStatus.Failed, no.Message);
        }
    }

    // Each address gets an equal part; where that is no whole number the first ones get one more, so that the sum is right.
    private static void Divide(JsonObject wanted, IReadOnlyList<string> addresses, int parts)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            wanted[addresses[i]] = (parts / addresses.Count) + (i < parts % addresses.Count ? 1 : 0);
        }
    }

    // One address is recorded as a text, as by versions that knew of no more.
    private static JsonNode? ToRecord(IReadOnlyList<string> addresses) => addresses switch
    {
        [] => null,
        [var only] => only,
        _ => new JsonArray([.. addresses.Select(address => JsonValue.Create(address))]),
    };

    private static IReadOnlyList<string> Recorded(Before before, string name) => before.Seen[name] switch
    {
        JsonArray list => [.. list.OfType<JsonValue>().Select(address => address.GetValue<string>())],
        JsonValue only => [only.GetValue<string>()],
        _ => [],
    };

    private Observation Observed(IReadOnlyDictionary<string, int> now, IReadOnlyList<string> stableAt, IReadOnlyList<string> candidateAt)
    {
        int Weight(IReadOnlyList<string> addresses) => addresses.Sum(address => now.GetValueOrDefault(address));
        bool IsWhole(IReadOnlyList<string> addresses) => addresses.All(address => now.GetValueOrDefault(address) > 0) || addresses.All(address => now.GetValueOrDefault(address) == 0);
        var (s, c) = (Weight(stableAt), Weight(candidateAt));
        var others = now.Where(pair => !stableAt.Contains(pair.Key) && !candidateAt.Contains(pair.Key)).Sum(pair => pair.Value);
        var detail = $"Of the weights of {Route} stable has {s}, the candidate {c}"
            + (others > 0 ? $", and others have {others} that no step of this run set." : ".");
        var seen = new JsonObject
        {
            ["weights"] = new JsonObject(now.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["stable"] = ToRecord(stableAt),
            ["candidate"] = ToRecord(candidateAt),
        };

        // One of several addresses without its part is a call that was cut short, whatever the sum says.
        return new(IsWhole(stableAt) && IsWhole(candidateAt) ? StateOf(s, c, others) : StepState.Torn, seen, detail);
    }

    // A share that another step of ours gives is what that one left. Anything else between is a call that was cut short, or
    // somebody's hand.
    private StepState StateOf(int stable, int candidate, int others) =>
        IsAt(Asked, stable, candidate) && (shift.Stable is not null || others == 0) ? StepState.Applied
        : stable == 0 || candidate == 0 || shift.Steps.Any(step => IsAt(new Percent(step), stable, candidate)) ? StepState.Pending
        : StepState.Torn;

    private static bool IsAt(Percent share, int stable, int candidate) =>
        share == Percent.Zero ? candidate == 0 && stable > 0
        : share == Percent.Full ? stable == 0 && candidate > 0
        : stable > 0 && candidate > 0 && Math.Abs(((double)candidate / (stable + candidate)) - share.Fraction) < Tolerance;

    private async Task<IReadOnlyList<string>> Addresses(string instance, CancellationToken cancellation)
    {
        var view = await look(instance, cancellation);
        return view.Routed.Count > 0 ? view.Routed : throw new ReleaseException(
            ExitStatus.Failed, $"{instance} has no address to send traffic to. {view.Detail}");
    }
}
