using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>
/// Finds out when a version that is taken back gave its last answer: reads its counters beside whatever else is undone,
/// from before its traffic is taken away until they stand still afterwards or it is gone. It informs: a source that does
/// not answer means that nothing is known, and nothing of it can fail the way back or hold up its traffic.
/// </summary>
/// <param name="run">The run that goes back.</param>
/// <param name="replaced">What is taken back.</param>
internal sealed class LastAnswers(RunContext run, DeployedRelease replaced) : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StandingStill = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private readonly DateTimeOffset _askedAt = run.AskedAt
        ?? (run.Stop.Cause is StopCause.Asked asked ? asked.Request.At : run.Ports.Clock.GetUtcNow());

    private readonly CancellationTokenSource _end = new();
    private Task<LastAnswer?>? _reading;
    private long _backAt;

    /// <summary>Begins to read. Returns at once.</summary>
    public void Begin() => _reading ??= Read();

    /// <summary>Traffic was taken away just now. Returns at once.</summary>
    public void TrafficIsBack() => Volatile.Write(ref _backAt, run.Ports.Clock.GetUtcNow().UtcTicks);

    /// <summary>The result, when there is one: null when it was not begun or nothing could be read. Told on the screen, too.</summary>
    public async Task<LastAnswer?> Last()
    {
        // Without traffic that was taken away there is nothing to wait for.
        var last = _reading is null || Volatile.Read(ref _backAt) == 0 ? null : await _reading;
        if (last is not null)
        {
            run.Screen.Line($"  last answer of {replaced.Version}: {last.Text}");
        }

        return last;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        End();
        if (_reading is not null)
        {
            _ = await _reading;
        }

        _end.Dispose();
    }

    // Here and not on the thread pool, as CancelAsync would: what ends at a moment of its own cannot be replayed.
    private void End() => _end.Cancel();

    private async Task<LastAnswer?> Read()
    {
        try
        {
            // The caller goes on at once, whatever the first look takes.
            await Task.Yield();
            return await Follow(await Instances());
        }
#pragma warning disable CA1031 // it informs, and whatever keeps it from looking must not fail a way back
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private async Task<List<MeteredInstance>> Instances()
    {
        var metered = new List<MeteredInstance>();
        foreach (var service in run.Released.Where(s => s.Metrics is not null))
        {
            if (replaced.Of(service.Name) is { } instance
                && (await run.Ports.Platform.Look(instance.Id, _end.Token)) is { Liveness: Liveness.Alive } view)
            {
                metered.AddRange(MeteredInstance.Of(instance, Variant.Candidate, service, view));
            }
        }

        return metered;
    }

    // Between the last reading that had grown and the one before lies the last answer. Before the first reading nothing is
    // known but that it came before it.
    private async Task<LastAnswer?> Follow(List<MeteredInstance> instances)
    {
        var clock = run.Ports.Clock;
        var (before, count) = (clock.GetUtcNow(), -1.0);
        var (grew, resolution) = (before, TimeSpan.Zero);
        var isFirst = true;
        while (instances.Count > 0)
        {
            var readings = await run.Ports.Metrics.Read(instances, _end.Token);
            var now = clock.GetUtcNow();
            var counters = readings.Select(r => r.Counters).OfType<Counters>().ToList();
            if (counters.Count < readings.Count)
            {
                // One is gone: what it counted since the last reading is not known, so it may have answered until now.
                return count < 0 ? null : grew == before ? Measured(now, now - before) : Measured(grew, resolution);
            }

            var sum = counters.Sum(c => c.Requests);
            if (sum != count)
            {
                (grew, resolution, count) = (now, isFirst ? now - _askedAt : now - before, sum);
            }

            isFirst = false;

            if (Volatile.Read(ref _backAt) is not 0 and var ticks)
            {
                var back = new DateTimeOffset(ticks, TimeSpan.Zero);
                if (now - (grew > back ? grew : back) >= StandingStill)
                {
                    return Measured(grew, resolution);
                }

                if (now - back > Longest)
                {
                    return new LastAnswer(null, Between);
                }
            }

            before = now;
            await Task.Delay(Between, clock, _end.Token);
        }

        return null;
    }

    private LastAnswer Measured(DateTimeOffset at, TimeSpan resolution) => new(at - _askedAt, resolution);
}
