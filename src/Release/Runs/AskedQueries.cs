using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>Asks the queries of the plain criteria: the candidate's number, and stable's where a query tells the two apart.</summary>
internal static class AskedQueries
{
    /// <summary>One entry for each criterion with a query.</summary>
    public static async Task<ImmutableSortedDictionary<string, QueryValues>> Of(
        IMetricSource source, GateOptions gate, Instance candidate, Instance? stable, CancellationToken cancellation)
    {
        var asked = gate.Criteria.Where(c => c.Query is not null).ToList();
        if (asked.Count == 0)
        {
            return QueryValues.None;
        }

        var values = await Task.WhenAll(asked.Select(c => Ask(source, c.Query!, candidate, stable, cancellation)));
        return asked.Zip(values).ToImmutableSortedDictionary(a => a.First.Id, a => a.Second, StringComparer.Ordinal);
    }

    /// <summary>What is wrong with the queries, asked of what serves now: one sentence each, and whether it would stay so.</summary>
    public static async Task<IReadOnlyList<(string Sentence, bool IsMistake)>> Problems(
        IMetricSource source, GateOptions gate, Instance stable, CancellationToken cancellation)
    {
        var problems = new List<(string, bool)>();
        foreach (var criterion in gate.Criteria.Where(c => c.Query is not null))
        {
            var answer = await Ask(source, criterion.Query!, Variant.Stable, stable, cancellation);
            if (answer.Problem is { } problem)
            {
                problems.Add(($"{criterion.Id}: {problem}", answer.IsMistake));
            }
        }

        return problems;
    }

    private static async Task<QueryValues> Ask(IMetricSource source, string query, Instance candidate, Instance? stable, CancellationToken cancellation)
    {
        var own = Ask(source, query, Variant.Candidate, candidate, cancellation);
        var other = ScalarQuestion.TellsVersionsApart(query) && stable is not null ? await Ask(source, query, Variant.Stable, stable, cancellation) : null;
        var (value, problem, _) = await own;
        return new(value, other?.Value, problem);
    }

    private static Task<ScalarAnswer> Ask(IMetricSource source, string query, Variant variant, Instance instance, CancellationToken cancellation) =>
        source is IScalarSource scalars
            ? scalars.Ask(new(query, variant, instance.Artefact.Service, instance.Artefact.Version), cancellation)
            : Task.FromResult(new ScalarAnswer(null, "the source of counters answers no queries", IsMistake: true));
}
