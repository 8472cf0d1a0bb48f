using Release.Configuration;
using Release.Notices;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Notices;

/// <summary>A channel to people: what it was told, and how it misbehaves.</summary>
internal sealed class FakeChannel(string id = "ops")
{
    /// <summary>Gets what it is configured with.</summary>
    public NotifierOptions Options { get; init; } = new FakeChannelOptions { Id = id, Type = "fake" };

    /// <summary>Gets everything that arrived, also what was not acknowledged.</summary>
    public List<Notice> Got { get; } = [];

    /// <summary>Gets or sets what it does with a delivery; by default it takes it.</summary>
    public Func<FakeProcess, Notice, CancellationToken, Task<DeliveryReceipt>> Behaves { get; set; } = (_, _, _) => Task.FromResult(new DeliveryReceipt(DeliveryOutcome.Delivered, "ok"));

    /// <summary>Gets what it was told, as words.</summary>
    public IEnumerable<string> Told => Got.Select(n => Words.Of(n.Kind));

    /// <summary>It fails from now on.</summary>
    public FakeChannel Broken(TimeSpan? retryAfter = null)
    {
        Behaves = (_, _, _) => Task.FromResult(new DeliveryReceipt(DeliveryOutcome.Failed, "503", retryAfter));
        return this;
    }

    public INotifier For(FakeProcess process) => new Notifier(this, process);

    private sealed record FakeChannelOptions : NotifierOptions;

    private sealed class Notifier(FakeChannel channel, FakeProcess process) : INotifier
    {
        public NotifierOptions Options => channel.Options;

        public Task<DeliveryReceipt> Deliver(Notice notice, string environment, CancellationToken cancellation)
        {
            process.ThrowIfDead();
            channel.Got.Add(notice);
            return channel.Behaves(process, notice, cancellation);
        }
    }
}
