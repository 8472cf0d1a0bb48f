using Release.Journal;

namespace Release.Tests.Runs;

/// <summary>Who tends a scene: a process that is dead does not.</summary>
internal sealed class FakeTenders(Scene scene, FakeProcess process) : ITenders
{
    public Task<IAsyncDisposable?> TryTend(string owner, CancellationToken cancellation)
    {
        process.ThrowIfDead();
        if (scene.Tender is { Process.IsDead: false })
        {
            return Task.FromResult<IAsyncDisposable?>(null);
        }

        scene.Tender = (process, new Tender(owner, "memory", 7, scene.Time.GetUtcNow(), scene.Time.GetUtcNow()));
        return Task.FromResult<IAsyncDisposable?>(new Watching(scene));
    }

    public Task<Tender?> Look(CancellationToken cancellation) => Task.FromResult(
        scene.Tender is { Process.IsDead: false } t ? t.Tender with { SeenAt = scene.TenderIsStopped ? t.Tender.Since : scene.Time.GetUtcNow() } : null);

    private sealed class Watching(Scene scene) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            scene.Tender = null;
            return ValueTask.CompletedTask;
        }
    }
}
