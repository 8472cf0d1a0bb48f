using Release.Configuration;

namespace Release.Gates;

/// <summary>A criterion's question to a source.</summary>
/// <param name="Query">As the configuration writes it: <c>{service}</c>, <c>{version}</c> and <c>{variant}</c> stand for what follows.</param>
/// <param name="Variant">Whose number is asked for.</param>
/// <param name="Service">The service.</param>
/// <param name="Version">The variant's version.</param>
public sealed record ScalarQuestion(string Query, Variant Variant, string Service, string Version)
{
    /// <summary>Says whether a query has another answer for each version, so that stable's can be held beside the candidate's.</summary>
    public static bool TellsVersionsApart(string query) =>
        query.Contains("{version}", StringComparison.Ordinal) || query.Contains("{variant}", StringComparison.Ordinal);
}

/// <summary>One number, or why there is none.</summary>
/// <param name="Value">The number, finite; null when there is a problem.</param>
/// <param name="Problem">A sentence, filtered; null when there is a number.</param>
/// <param name="IsMistake">Whether the query itself is wrong, so that it will yield no number later either.</param>
public sealed record ScalarAnswer(double? Value, string? Problem, bool IsMistake = false);

/// <summary>A source of counters that answers queries as well.</summary>
public interface IScalarSource
{
    /// <summary>Asks once. Whatever the source answers or does not becomes an answer with a problem; only cancellation throws.</summary>
    Task<ScalarAnswer> Ask(ScalarQuestion question, CancellationToken cancellation);
}

/// <summary>A source that can say, before any traffic moves, what is wrong with what it is to read.</summary>
public interface ICheckedSource
{
    /// <summary>
    /// What would keep it from measuring, one sentence each with what to change; empty when nothing does, and when it cannot be told now.
    /// Changes nothing; only cancellation throws.
    /// </summary>
    /// <param name="stable">The instances that serve now.</param>
    /// <param name="gate">The gate's options.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<IReadOnlyList<string>> Mistakes(IReadOnlyList<MeteredInstance> stable, GateOptions gate, CancellationToken cancellation);
}
