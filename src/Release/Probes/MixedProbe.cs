#pragma warning disable CA2025 // Every call has ended before what it uses is disposed of.
namespace Release.Probes;

/// <summary>Makes the calls at their rate, kinds in turn by weight, and counts. A slow answer holds up no other call.</summary>
internal static class MixedProbe
{
    private const int MostAtOnce = 64;

    public static async Task<ProbeResult> Look(MixedProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        using var calls = new ProbeCalls(context.BaseAddress);
        using var room = new SemaphoreSlim(MostAtOnce);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (pace, sent) = (TimeSpan.FromSeconds(1.0 / options.Rate), new List<Task<Outcome>>());
        try
        {
            foreach (var kind in Order(options))
            {
                await room.WaitAsync(cancellation);
                sent.Add(One(kind, options, calls, context, room, stop.Token));
                await Task.Delay(pace, context.Time, cancellation);
            }

            return Judge(options, await Task.WhenAll(sent));
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(sent)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The kinds in the order of their calls: each as evenly over the whole as its weight allows.</summary>
    internal static IEnumerable<MixedCallOptions> Order(MixedProbeOptions options)
    {
        var (credit, whole) = (new int[options.Kinds.Count], options.Kinds.Sum(kind => kind.Weight));
        for (var call = 0; call < options.Calls; call++)
        {
            for (var i = 0; i < credit.Length; i++)
            {
                credit[i] += options.Kinds[i].Weight;
            }

            var next = Array.IndexOf(credit, credit.Max());
            credit[next] -= whole;
            yield return options.Kinds[next];
        }
    }

    private static ProbeResult Judge(MixedProbeOptions options, IReadOnlyList<Outcome> outcomes)
    {
        var failed = outcomes.Where(outcome => outcome.Problem is not null).ToList();
        var variants = outcomes.Select(outcome => outcome.Variant).OfType<string>().GroupBy(variant => variant, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}").ToList();
        var told = variants.Count > 0 ? $" ({string.Join(", ", variants.Take(5))})" : "";
        return failed.Count == outcomes.Count && failed.TrueForAll(outcome => outcome.IsUnanswered)
                ? new(ProbeVerdict.Unavailable, $"none of {outcomes.Count} calls was answered: {failed[0].Problem}", "Start the peer, or correct the address.")
            : failed.Count > options.MayFail
                ? new(ProbeVerdict.Fail, $"{failed.Count} of {outcomes.Count} calls failed, {options.MayFail} may{told}; {string.Join("; ", failed.Select(f => f.Problem).Distinct().Take(3))}")
            : options.Variant is not null && variants.Count < options.LeastVariants
                ? new(ProbeVerdict.Fail, $"{variants.Count} variants answered{told}: expected {options.LeastVariants}", "Look at the weights and the route: the share may not reach one of them.")
            : new(ProbeVerdict.Pass, $"{outcomes.Count - failed.Count} of {outcomes.Count} calls were answered as expected{told}");
    }

    private static async Task<Outcome> One(
        MixedCallOptions kind, MixedProbeOptions options, ProbeCalls calls, ProbeContext context, SemaphoreSlim room, CancellationToken cancellation)
    {
        var asked = $"{kind.Method} {context.Placeholders.Show(kind.Path)}";
        try
        {
            var path = context.Placeholders.Resolve(kind.Path);
            var place = path.StartsWith('/') ? calls.Place(null, path) : calls.Place(path, null);
            var headers = kind.Headers.Select(header => KeyValuePair.Create(header.Key, context.Placeholders.Resolve(header.Value)));
            var answer = await calls.Send(kind.Method, place, headers, kind.Body is { } body ? context.Placeholders.Resolve(body) : null, cancellation);
            string Shown(string text) => HttpProbe.Beginning(context.Mask.ShownLine(text));
            var problem = !kind.Expect.Contains(answer.Status) ? $"{asked} answered {answer.Status}: {Shown(answer.Body)}"
                : !answer.Complete ? $"{asked} answered more than 1 MiB"
                : HttpProbe.Difference(answer.Body, kind.ExpectBody, Shown) is { } difference ? $"{asked}: {difference}"
                : null;
            return new(problem, VariantOf(options.Variant, answer) is { } variant ? Shown(variant) : null, IsUnanswered: false);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or InvalidOperationException)
        {
            return new($"{asked}: {HttpProbe.Reason(problem)}", null, IsUnanswered: true);
        }
        finally
        {
            _ = room.Release();
        }
    }

    private static string? VariantOf(string? from, CallAnswer answer) => from is null ? null
        : from.StartsWith('$') ? answer.At(from)?.ToString()
        : answer.Header(from["header:".Length..]);

    private sealed record Outcome(string? Problem, string? Variant, bool IsUnanswered);
}
