using Release.Configuration;

namespace Release.Notices;

/// <summary>How a delivery ended.</summary>
public enum DeliveryOutcome
{
    /// <summary>The other side has it.</summary>
    Delivered,

    /// <summary>It may have it or not: to be tried again, under the same key.</summary>
    Failed,

    /// <summary>It said that it will never take it.</summary>
    Refused,
}

/// <summary>What came of one delivery.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">One sentence, filtered; no address with a secret in it.</param>
/// <param name="RetryAfter">How long the other side asked to wait; null where it did not.</param>
public sealed record DeliveryReceipt(DeliveryOutcome Outcome, string Detail, TimeSpan? RetryAfter = null);

/// <summary>
/// A channel to people or to a system. A delivery ends within <see cref="NotifierOptions.Timeout"/>, whatever the other side
/// does, and throws only when its token is cancelled. The same notice may be delivered more than once, always with the same
/// <see cref="Notice.Key"/>; the channel passes the key on, so that the other side can drop the second one.
/// </summary>
public interface INotifier
{
    /// <summary>Gets its section of the configuration.</summary>
    NotifierOptions Options { get; }

    /// <summary>Delivers one notice, once.</summary>
    /// <param name="notice">What.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<DeliveryReceipt> Deliver(Notice notice, string environment, CancellationToken cancellation);
}
