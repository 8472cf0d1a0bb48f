using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;

namespace Release.Runs;

/// <summary>Asks the queries of the plain criteria: the candidate's number, and stable's where a query tells the two apart.</summary>
internal static class AskedQueries
{
    /// <summary>One entry for each criterion with a query.</summary>
    public static async Task<ImmutableSortedDictionary<string, QueryValues>> Of(
        IMetricSource source, GateOptions gate, IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation)
    {
        var asked = gate.Criteria.Where(c => c.Query is not null).ToList();
        if (asked.Count == 0)
        {
            return QueryValues.None;
        }

        var values = await Task.WhenAll(asked.Select(c => Ask(source, c.Query!, instances, cancellation)));
        return asked.Zip(values).ToImmutableSortedDictionary(a => a.First.Id, a => a.Second, StringComparer.Ordinal);
    }

    /// <summary>What is wrong with the queries, asked of what serves now: one sentence each, and whether it would stay so.</summary>
    public static async Task<IReadOnlyList<(string Sentence, bool IsMistake)>> Problems(
        IMetricSource source, GateOptions gate, MeteredInstance stable, CancellationToken cancellation)
    {
        var problems = new List<(string, bool)>();
        foreach (var criterion in gate.Criteria.Where(c => c.Query is not null))
        {
            var answer = await Ask(source, criterion.Query!, stable, cancellation);
            if (answer.Problem is { } problem)
            {
                problems.Add(($"{criterion.Id}: {problem}", answer.IsMistake));
            }
        }

        return problems;
    }

    private static async Task<QueryValues> Ask(IMetricSource source, string query, IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation)
    {
        var candidate = await Ask(source, query, instances.First(i => i.Variant is Variant.Candidate), cancellation);
        var stable = ScalarQuestion.TellsVersionsApart(query) && instances.FirstOrDefault(i => i.Variant is Variant.Stable) is { } other
            ? await Ask(source, query, other, cancellation)
            : null;
        return new(candidate.Value, stable?.Value, candidate.Problem);
    }

    private static Task<ScalarAnswer> Ask(IMetricSource source, string query, MeteredInstance instance, CancellationToken cancellation) =>
        source is IScalarSource scalars
            ? scalars.Ask(new(query, instance.Variant, instance.Service, instance.Version), cancellation)
            : Task.FromResult(new ScalarAnswer(null, "the source of counters answers no queries", IsMistake: true));
}
