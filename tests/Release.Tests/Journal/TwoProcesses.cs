using System.Diagnostics;
using Release.Journal;

namespace Release.Tests.Journal
{
    /// <summary>
    /// The lease between this process and a real second one. The second is this test assembly, run with a startup hook,
    /// since a test assembly has no program of its own.
    /// </summary>
    public sealed class TwoProcesses : IDisposable
    {
        internal const string FolderVariable = "RELEASE_TEST_HOLD_LEASE_IN";

        private static readonly LeaseRequest Ana = new("ana@laptop", "Rollback");

        private readonly TemporaryFolder _folder = new();
        private readonly FileJournalStore _store;
        private Process? _child;

        public TwoProcesses() => _store = new FileJournalStore(_folder.Env, "prod", TimeProvider.System, LocalProcess.Current());

        public void Dispose()
        {
            _child?.Kill();
            _child?.WaitForExit();
            _child?.Dispose();
            _folder.Dispose();
        }

        [Fact]
        public async Task Only_one_of_them_holds_it_and_a_killed_one_frees_it_at_once()
        {
            var child = await StartHolder();

            (await _store.TryTake(Ana, default)).ShouldBeNull();
            var holder = (await _store.Look(default)).ShouldNotBeNull();
            (holder.Owner, holder.ProcessId, holder.Host, holder.Token).ShouldBe(("child", child.Id, Environment.MachineName, 1));

            child.Kill();
            await child.WaitForExitAsync();

            (await _store.Look(default)).ShouldBeNull();
            await using var lease = (await _store.TryTake(Ana, default)).ShouldNotBeNull();
            lease.Token.ShouldBe(2);
        }

        [Fact]
        public async Task A_holder_that_does_not_answer_is_killed_and_its_lease_taken()
        {
            var child = await StartHolder();
            var holder = (await _store.Look(default)).ShouldNotBeNull();

            await using var lease = (await _store.TakeOver(holder, Ana, default)).ShouldNotBeNull();

            lease.Token.ShouldBe(2);
            await child.WaitForExitAsync();
            child.ExitCode.ShouldNotBe(0);
        }

        [Fact]
        public async Task A_process_that_only_has_the_holders_id_is_not_killed()
        {
            var child = await StartHolder();
            var holder = (await _store.Look(default)).ShouldNotBeNull();

            LocalProcess.Current().Kill(child.Id, holder.ProcessStart.AddMinutes(-1)).ShouldBeFalse();
            LocalProcess.Current().Kill(0, holder.ProcessStart).ShouldBeFalse();
            (await _store.TakeOver(holder with { Host = "elsewhere" }, Ana, default)).ShouldBeNull();

            child.HasExited.ShouldBeFalse();
        }

        private async Task<Process> StartHolder()
        {
            var assembly = typeof(TwoProcesses).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", ["exec", assembly]) { RedirectStandardOutput = true };
            start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
            start.Environment[FolderVariable] = _folder.Env;
            _child = Process.Start(start).ShouldNotBeNull();
            (await _child.StandardOutput.ReadLineAsync()).ShouldBe("held");
            return _child;
        }
    }
}

#pragma warning disable CA1050 // The runtime looks for this name, outside of a namespace.
internal static class StartupHook
{
    /// <summary>Runs before the program; does nothing unless a test asks for a holder of the lease.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Release.Tests.Journal.TwoProcesses.FolderVariable) is { } folder)
        {
            Release.Tests.Journal.LeaseHolderProcess.Hold(folder);
        }
    }
}
#pragma warning restore CA1050
