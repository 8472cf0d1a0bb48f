using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Release.Tests.Runs;

/// <summary>
/// A clock that moves by itself: everything runs on the thread that calls <see cref="Run{T}"/>, and when nothing is left
/// to do there, time jumps to the next timer. A release of a minute takes milliseconds, nothing sleeps, and the same story
/// happens in the same order every time.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    // The machine may be busy; a thread of the pool that did not come by then never will.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<FakeTimer, (long Due, long Order)> _timers = new();
    private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _work = new();
    private readonly List<Errand> _errands = [];
    private DateTimeOffset _now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private long _order;

    // The runner's threads are the pool's, and each that runs a test here keeps one.
    static FakeTime() => _ = ThreadPool.SetMinThreads(16, 16);

    /// <summary>Gets or sets after how long a run counts as one that waits for something that never comes.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(30);

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

    public void At(TimeSpan delay, Action act) => CreateTimer(_ => act(), null, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Does something here as soon as what is being done is done.</summary>
    public void Post(SendOrPostCallback work, object? state) => _work.Enqueue((work, state));

    /// <summary>Something goes to the thread pool now: time does not move before it is back.</summary>
    public void Expect(Errand errand) => _errands.Add(errand);

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
                else if (_errands.Count > 0)
                {
                    ComeBack();
                }
                else
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

    // In the order in which they went, whichever thread was faster.
    private void ComeBack()
    {
        var errand = _errands[0];
        _errands.RemoveAt(0);
        if (!errand.IsOff)
        {
            var begin = Stopwatch.GetTimestamp();
            var spin = default(SpinWait);
            while (!errand.IsWaitedFor)
            {
                (Stopwatch.GetElapsedTime(begin) < Patience).ShouldBeTrue("Something went to the thread pool and never came back.");
                spin.SpinOnce(sleep1Threshold: 50);
            }

            errand.End();
        }
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

        due.ShouldNotBeNull("Everybody waits and no timer is due.");
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
        public override void Post(SendOrPostCallback d, object? state) => time.Post(d, state);

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
