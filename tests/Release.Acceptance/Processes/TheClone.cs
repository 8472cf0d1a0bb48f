// Four rows of tests at once, on however few cores: most of the time is spent waiting for counters and clocks.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Release.Acceptance.Processes.LongestRowsFirst", "Release.Acceptance")]

namespace Release.Acceptance.Processes;

/// <summary>The clone that all tests share: made for the first row of tests that comes, deleted after the last.</summary>
public sealed class TheClone : IAsyncLifetime
{
    public const string Releases = "releases";
    public const string Crashes = "crashes";
    public const string Nights = "nights";
    public const string Bare = "bare";
    public const string Sceptics = "sceptics";

    private static readonly SemaphoreSlim Turn = new(1);
    private static CompiledClone? Shared;
    private static int Users;

    internal CompiledClone It { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _ = Interlocked.Increment(ref Users);
        await Turn.WaitAsync();
        try
        {
            It = (Shared ??= Machine.Missing is null ? await CompiledClone.Create() : null)!;
        }
        finally
        {
            _ = Turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Interlocked.Decrement(ref Users) == 0 && Interlocked.Exchange(ref Shared, null) is { } clone)
        {
            await clone.DisposeAsync();
        }
    }
}

#pragma warning disable CA1711 // xunit's word
/// <summary>Tests of a row take turns.</summary>
[CollectionDefinition(TheClone.Releases)]
public sealed class ReleasesCollection : ICollectionFixture<TheClone>;

/// <summary>The second row.</summary>
[CollectionDefinition(TheClone.Crashes)]
public sealed class CrashesCollection : ICollectionFixture<TheClone>;

/// <summary>The third row: what somebody does who is called at night.</summary>
[CollectionDefinition(TheClone.Nights)]
public sealed class NightsCollection : ICollectionFixture<TheClone>;

/// <summary>What follows the row that ends first.</summary>
[CollectionDefinition(TheClone.Bare)]
public sealed class BareCollection : ICollectionFixture<TheClone>;

/// <summary>What measures seconds: last, when the other rows have ended or nearly so.</summary>
[CollectionDefinition(TheClone.Sceptics)]
public sealed class ScepticsCollection : ICollectionFixture<TheClone>;
#pragma warning restore CA1711
