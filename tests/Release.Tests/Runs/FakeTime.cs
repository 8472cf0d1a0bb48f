using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Release.Tests.Runs;

/// <summary>
/// A clock that moves by itself: everything runs on the thread that calls <see cref="Run{T}"/>, and when nothing is left
/// to do there, time jumps to the next timer. A release of a minute takes milliseconds and nothing sleeps.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    // A run that is longer than this waits for something that never comes.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(30);

    // Some work hops to the thread pool (Task.Run, CancelAsync) and comes back: time must not move meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromMicroseconds(25);
    private static readonly TimeSpan PatienceWithReturns = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PatienceWithThePool = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<FakeTimer, (long Due, long Order)> _timers = new();
    private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _work = new();
    private DateTimeOffset _now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private long _order;
    private int _away;
    private volatile bool _returns;

    // The runner's threads are the pool's, and each that runs a test here keeps one.
    static FakeTime() => _ = ThreadPool.SetMinThreads(16, 16);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        _ = timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Something is about to go to the thread pool.</summary>
    public void GoesAway() => Interlocked.Increment(ref _away);

    /// <summary>It has run there, or here after all; from there a continuation will follow.</summary>
    public void WasAway()
    {
        _returns = SynchronizationContext.Current is not Queue;
        _ = Interlocked.Decrement(ref _away);
    }

    public void At(TimeSpan delay, Action act) => CreateTimer(_ => act(), null, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Nothing runs and time passes.</summary>
    public void Pass(TimeSpan time) => _ = Run(async () =>
    {
        await Task.Delay(time, this);
        return true;
    });

    public T Run<T>(Func<Task<T>> main)
    {
        var (before, limit) = (SynchronizationContext.Current, GetUtcNow() + Longest);
        SynchronizationContext.SetSynchronizationContext(new Queue(this));
        try
        {
            var outcome = new Outcome<T>();
            _ = Settle(main, outcome);
            while (!outcome.IsDone)
            {
                if (_work.TryDequeue(out var next))
                {
                    next.Work(next.State);
                }
                else if (!ComesBack())
                {
                    Fire(limit);
                }
            }

            outcome.Error?.Throw();
            return outcome.Value!;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static async Task Settle<T>(Func<Task<T>> main, Outcome<T> outcome)
    {
        try
        {
            outcome.Value = await main();
        }
#pragma warning disable CA1031 // it is thrown again by who waits
        catch (Exception error)
#pragma warning restore CA1031
        {
            outcome.Error = ExceptionDispatchInfo.Capture(error);
        }

        outcome.IsDone = true;
    }

    private bool ComesBack()
    {
        var patience = ThreadPool.PendingWorkItemCount > 0 ? PatienceWithThePool
            : _returns || Volatile.Read(ref _away) > 0 ? PatienceWithReturns : Patience;
        var begin = Stopwatch.GetTimestamp();
        while (_work.IsEmpty)
        {
            if (Stopwatch.GetElapsedTime(begin) > patience)
            {
                // What was cancelled before it went never returns.
                _returns = false;
                _ = Interlocked.Exchange(ref _away, 0);
                return false;
            }

            if (patience == Patience)
            {
                Thread.SpinWait(20);
            }
            else
            {
                _ = Thread.Yield();
            }
        }

        return true;
    }

    private void Fire(DateTimeOffset limit)
    {
        FakeTimer? due = null;
        lock (_gate)
        {
            while (_timers.TryDequeue(out var timer, out var at))
            {
                if (timer.Due?.Ticks == at.Due)
                {
                    (due, _now) = (timer, new DateTimeOffset(Math.Max(at.Due, _now.Ticks), TimeSpan.Zero));
                    break;
                }
            }
        }

        if (due is null)
        {
            // Only work on the thread pool can go on from here.
            var begin = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => !_work.IsEmpty, TimeSpan.FromSeconds(10));
            (Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(10)).ShouldBeTrue("Everybody waits and no timer is due.");
            return;
        }

        (GetUtcNow() < limit).ShouldBeTrue("It does not come to an end.");
        due.Fire();
    }

    private void Plan(FakeTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            timer.Due = dueTime == Timeout.InfiniteTimeSpan ? null : _now + dueTime;
            if (timer.Due is { } due)
            {
                _timers.Enqueue(timer, (due.Ticks, _order++));
            }
        }
    }

    private sealed class Outcome<T>
    {
        public bool IsDone { get; set; }

        public T? Value { get; set; }

        public ExceptionDispatchInfo? Error { get; set; }
    }

    private sealed class Queue(FakeTime time) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            time._work.Enqueue((d, state));
            time._returns = time._returns && Current is Queue;
        }

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class FakeTimer(FakeTime time, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? Due { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            time.Plan(this, dueTime);
            return true;
        }

        public void Fire()
        {
            time.Plan(this, _period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);
            fire();
        }

        public void Dispose() => time.Plan(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
