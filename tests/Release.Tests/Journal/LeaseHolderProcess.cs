using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>What the second process does: takes the lease, says so, and stays until it is killed.</summary>
internal static class LeaseHolderProcess
{
    public static void Hold(string folder)
    {
        var store = new FileJournalStore(folder, "prod", TimeProvider.System, LocalProcess.Current());
        using var taken = store.TryTake(new LeaseRequest("child", "test"), CancellationToken.None);
        Console.WriteLine(taken.IsCompletedSuccessfully ? "held" : "refused");
        Thread.Sleep(TimeSpan.FromMinutes(2));
    }
}
