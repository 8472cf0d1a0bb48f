using System.Runtime.CompilerServices;

namespace Release.Tests.Runs;

/// <summary>
/// Work that the code under test sends to the thread pool. What it finds becomes known on the thread of
/// <see cref="FakeTime"/>, so that nothing depends on how fast the pool was.
/// </summary>
internal abstract class Errand(CancellationToken cancellation)
{
    /// <summary>Gets a value indicating whether nobody waits for it any more.</summary>
    public bool IsOff => cancellation.IsCancellationRequested;

    /// <summary>Gets a value indicating whether the pool has begun it and somebody waits for its end.</summary>
    public abstract bool IsWaitedFor { get; }

    /// <summary>It is done: whoever waits goes on.</summary>
    public abstract void End();
}

/// <summary>The same with a result.</summary>
internal sealed class Errand<T>(CancellationToken cancellation) : Errand(cancellation)
{
    private readonly TaskCompletionSource<T> _done = new();
    private Func<T>? _find;
    private volatile bool _begun;

    public override bool IsWaitedFor => _begun && Volatile.Read(ref Waiting(_done.Task)) is not null;

    public override void End() => _done.SetResult(_find!());

    /// <summary>On the pool.</summary>
    /// <param name="find">Looks, once time comes to it.</param>
    public Task<T> Find(Func<T> find)
    {
        _find = find;
        _begun = true;
        return _done.Task;
    }

    // The only way to see that a task is waited for; the field has had this name since there are tasks, for debuggers.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_continuationObject")]
    private static extern ref object? Waiting(Task task);
}
