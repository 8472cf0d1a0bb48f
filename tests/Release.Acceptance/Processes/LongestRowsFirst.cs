using Xunit.Abstractions;

namespace Release.Acceptance.Processes;

/// <summary>Rows begin in this order, so that none is left to run alone at the end.</summary>
public sealed class LongestRowsFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [Docker.DockerStack.Row, TheClone.Crashes, TheClone.Releases, TheClone.Nights, TheClone.Bare, TheClone.Sceptics];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(row => Array.IndexOf(Longest, row.DisplayName) is var place && place >= 0 ? place : Longest.Length);
}
