using Release.Bench.Results;

namespace Release.Bench.Figures;

/// <summary>
/// Something that is measured, with its floor in between: subject and floor take turns, so that what else the machine does
/// hits both.
/// </summary>
internal interface IFigure
{
    /// <summary>Gets its name, one word.</summary>
    string Name { get; }

    /// <summary>Measures. Throws only when something broke, never because it is slow.</summary>
    Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation);
}
