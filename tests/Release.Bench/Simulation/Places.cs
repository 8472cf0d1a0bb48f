using System.Collections.Concurrent;

namespace Release.Bench.Simulation;

/// <summary>In which bucket a request falls: from a uniform number, nearly without searching.</summary>
internal sealed class Places
{
    private const int Cells = 1024;

    private static readonly ConcurrentDictionary<(Scenario Scenario, double Scale), Places> Known = new();

    private readonly double[] _below;
    private readonly int[] _first;

    private Places(double[] below)
    {
        _below = below;
        _first = [.. Enumerable.Range(0, Cells).Select(cell => Array.FindIndex(below, b => b >= (double)cell / Cells) is >= 0 and var place ? place : below.Length)];
    }

    public static Places Of(Scenario scenario, double scale) =>
        Known.GetOrAdd((scenario, scale), key => new(Lognormal.Below(key.Scenario.Buckets, key.Scale)));

    public int Of(double uniform)
    {
        var place = _first[(int)(uniform * Cells)];
        while (place < _below.Length && _below[place] < uniform)
        {
            place++;
        }

        return place;
    }
}
