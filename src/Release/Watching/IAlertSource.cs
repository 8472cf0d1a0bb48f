namespace Release.Watching;

/// <summary>Which alerts fire now.</summary>
/// <param name="Firing">Their names, sorted, each once; null when it is not known.</param>
/// <param name="Problem">Why it is not known, filtered; null when it is.</param>
public sealed record AlertReading(IReadOnlyList<string>? Firing, string? Problem);

/// <summary>A metric source whose server has alerts.</summary>
public interface IAlertSource
{
    /// <summary>Asks once. Whatever the server answers or does not becomes a reading with a problem; only cancellation throws.</summary>
    Task<AlertReading> Firing(CancellationToken cancellation);
}
