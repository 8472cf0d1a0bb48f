using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>
/// What belongs to one process of a simulation: all that it has begun, and its timers. A killed one does nothing more, not
/// even a <c>finally</c>; a stopped one goes on where it was.
/// </summary>
internal sealed class ProcessLife(FakeTime time) : TimeProvider
{
    private readonly Queue<(SendOrPostCallback Work, object? State)> _held = new();
    private readonly HashSet<ITimer> _timers = [];
    private readonly TaskCompletionSource<RunResult?> _death = new();
    private bool _isLived;
    private bool _isFrozen;
    private bool _isOver;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new OwnTimer(this, time.CreateTimer(callback, state, dueTime, period));
        if (_isLived)
        {
            _ = _timers.Add(timer);
        }

        return timer;
    }

    public async Task<RunResult?> Live(Func<Task<RunResult>> command)
    {
        _isLived = true;
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Own(this));
        Task<RunResult> living;
        try
        {
            living = command();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }

        return await Task.WhenAny((Task)living, _death.Task) == living ? await living : null;
    }

    public void Freeze() => _isFrozen = true;

    public void Thaw()
    {
        _isFrozen = false;
        while (_held.TryDequeue(out var held))
        {
            Post(held.Work, held.State);
        }
    }

    public void End()
    {
        if (_isLived)
        {
            _isOver = true;
            _held.Clear();
            foreach (var timer in _timers.ToList())
            {
                timer.Dispose();
            }

            _ = _death.TrySetResult(null);
        }
    }

    private void Post(SendOrPostCallback work, object? state) => time.Post(_ => Go(work, state), null);

    private void Go(SendOrPostCallback work, object? state)
    {
        if (_isFrozen)
        {
            _held.Enqueue((work, state));
        }
        else if (!_isOver)
        {
            var outside = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(new Own(this));
            try
            {
                work(state);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(outside);
            }
        }
    }

    private sealed class Own(ProcessLife life) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => life.Post(d, state);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class OwnTimer(ProcessLife life, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            _ = life._timers.Remove(this);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
