using Release.Configuration;
using Release.Gates;
using Release.Platforms;
using Release.Probes;
using Release.Runs;
using Release.Watching;

namespace Release.Diagnosis;

/// <summary>
/// Looks an environment over for the symptoms of the runbook, with what it has anyhow: its platform, its router, its metric source
/// and its own checks. Changes nothing; whatever does not answer is told as that.
/// </summary>
/// <param name="environment">Where.</param>
public sealed class Examination(ReleaseEnvironment environment)
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(5);

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>Looks at everything, once.</summary>
    public async Task<IReadOnlyList<DiagnosedSymptom>> Run(CancellationToken cancellation)
    {
        var (state, _) = await EnvironmentState.Read(Ports.Journal, cancellation);
        var endpoints = await Ports.Router.Endpoints(cancellation);
        var served = environment.Options.Services.SelectMany(s => Instances(state, s).Select(i => (Service: s, Instance: i))).ToList();
        var probing = Probed(state.Stable?.Instances, endpoints?.Traffic, cancellation);
        var counted = await Counted([.. served.Where(s => state.Stable?.Of(s.Service.Name)?.Id == s.Instance.Id)], endpoints?.Traffic, cancellation);
        var probed = await probing;
        var diagnoses = new List<DiagnosedSymptom>();
        foreach (var recipe in Recipe.All)
        {
            var symptoms = recipe.Symptom switch
            {
                Symptom.NotReceivingTraffic => await Traffic(state, served, cancellation),
                Symptom.HighErrorRate => Limits(counted, ObjectiveType.Errors),
                Symptom.HighLatency => Limits(counted, ObjectiveType.Latency),
                Symptom.NoMetrics => Metrics(counted),
                Symptom.NotLoading => Pages(probed, endpoints),
                _ => throw new InvalidOperationException($"Unknown symptom {recipe.Symptom}."),
            };
            var causes = probed.Where(p => recipe.Checks.Contains(p.Type) && !symptoms.Any(s => s.What == p.Id)).Select(p => new Looked(p.Id, p.Result.Verdict, p.Result.Detail, IsSymptom: false));
            diagnoses.Add(new(recipe, [.. symptoms.Concat(causes).Select(l => l with { Detail = Ports.Shown(l.Detail) })]));
        }

        return diagnoses;
    }

    private static IEnumerable<Instance> Instances(EnvironmentState state, ServiceOptions service)
    {
        var stable = state.IsDown ? null : state.Stable?.Of(service.Name);
        var candidate = state.Open is { Opening: { Kind: RunKind.Release, IsFirst: false } opening } ? opening.Brings.FirstOrDefault(i => i.Artefact.Service == service.Name) : null;
        return new[] { stable, candidate }.OfType<Instance>();
    }

    private Task<IReadOnlyList<ProbeReport>> Probed(IReadOnlyList<Instance>? serving, Uri? traffic, CancellationToken cancellation) => environment.LookAll(
        [
            .. environment.Options.Checks.Select(o => Ports.Probe(o, null, serving)),
            .. environment.Options.Smoke.Where(o => o.At.Contains(SmokeMoment.Promoted)).Select(o => Ports.Probe(o, traffic, serving)),
        ],
        cancellation);

    private async Task<IReadOnlyList<Looked>> Traffic(EnvironmentState state, IReadOnlyList<(ServiceOptions Service, Instance Instance)> served, CancellationToken cancellation)
    {
        var looked = new List<Looked>();
        foreach (var (service, instance) in served)
        {
            var view = await Ports.Platform.Look(instance.Id, cancellation);
            var name = $"{service.Name} {instance.Artefact.Version}";
            var isHealthy = view.Liveness is Liveness.Alive && await environment.IsHealthy(service, view, cancellation);
            looked.Add(new(
                instance.Id,
                view.Liveness is Liveness.Unknown ? ProbeVerdict.Unavailable : isHealthy ? ProbeVerdict.Pass : ProbeVerdict.Fail,
                isHealthy ? $"{name} lives and is healthy" : $"{name} {(view.Liveness is Liveness.Alive ? $"lives, but {service.Health} does not answer 200" : "does not live")}: {view.Detail}",
                IsSymptom: true));
            var weights = await Ports.Router.Observe(service, cancellation);
            var hasShare = weights?.ShareOf(view.Routed) > Percent.Zero;
            var shouldHave = state.Stable?.Of(service.Name)?.Id == instance.Id || state.Open?.CandidateHasTraffic == true;
            looked.Add(new(
                $"route of {instance.Id}",
                weights is null ? ProbeVerdict.Unavailable : hasShare || !shouldHave ? ProbeVerdict.Pass : ProbeVerdict.Fail,
                weights is null ? $"the router does not answer for {service.Name}" : $"the router gives {name} {weights.ShareOf(view.Routed)}",
                IsSymptom: true));
        }

        foreach (var service in served.Select(s => s.Service).Distinct())
        {
            looked.AddRange((await Ports.Router.Examine(service, cancellation)).Select(d => new Looked($"routes of {service.Name}", d.Blocks ? ProbeVerdict.Fail : ProbeVerdict.Pass, d.Sentence, IsSymptom: true)));
        }

        return looked;
    }

    // Two readings, with traffic of our own in between where the environment makes some.
    private async Task<IReadOnlyList<ServiceLook>> Counted(IReadOnlyList<(ServiceOptions Service, Instance Instance)> served, Uri? traffic, CancellationToken cancellation)
    {
        var first = await Task.WhenAll(served.Select(s => ServiceLook.Of(Ports, s.Service, s.Instance, CounterState.Empty, cancellation)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var making = environment.Options.Traffic.Synthetic is { } synthetic && traffic is not null ? Ports.Traffic.Generate(traffic, synthetic, end.Token) : Task.CompletedTask;
        await Task.Delay(Sample, Ports.Clock, cancellation);
        End(end);
        await making.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await Task.WhenAll(served.Zip(first, (s, look) => ServiceLook.Of(Ports, s.Service, s.Instance, look.State, cancellation)));
    }

    // Here and not on the thread pool, as CancelAsync would: what ends at a moment of its own cannot be replayed.
    private static void End(CancellationTokenSource end) => end.Cancel();

    private List<Looked> Limits(IReadOnlyList<ServiceLook> counted, ObjectiveType type) =>
    [
        .. from look in counted
           from objective in environment.Options.Gate.Objectives
           where objective.Type == type && objective.Max is not null
           let finding = SeverityJudge.Counted(
               new SeverityOptions { Id = objective.Id, Level = 2, Type = type is ObjectiveType.Errors ? SeverityType.Errors : SeverityType.Latency, Max = objective.Max, Quantile = objective.Quantile, Do = [] },
               look.Service,
               look.Counts)
           select new Looked($"{objective.Id} of {look.Service}", finding.Broken switch { true => ProbeVerdict.Fail, false => ProbeVerdict.Pass, null => ProbeVerdict.Unavailable }, finding.Text, IsSymptom: true),
    ];

    private static List<Looked> Metrics(IReadOnlyList<ServiceLook> counted) =>
    [
        .. counted.Select(l => new Looked(
            $"counters of {l.Service}",
            l.Counts is null ? ProbeVerdict.Fail : l.Counts.Requests > 0 ? ProbeVerdict.Pass : ProbeVerdict.Unavailable,
            l.Counts is null ? string.Join("; ", l.Problems.DefaultIfEmpty($"the counters of {l.Service} could not be read twice")) : l.Counts.Requests > 0 ? $"{l.Service} counted {Wording.Count(l.Counts.Requests)} requests between two readings" : $"the counters of {l.Service} can be read, and no request came between two readings",
            IsSymptom: true)),
    ];

    private static List<Looked> Pages(IReadOnlyList<ProbeReport> probed, Endpoints? endpoints) =>
    [
        .. probed.Where(p => p.Type is "http" or "mixed" or "sequence").Select(p => new Looked(p.Id, p.Result.Verdict, p.Result.Detail, IsSymptom: true)),
        .. endpoints is null ? [new Looked("traffic address", ProbeVerdict.Fail, "the router has no address for traffic: it does not run", IsSymptom: true)] : Array.Empty<Looked>(),
    ];
}
