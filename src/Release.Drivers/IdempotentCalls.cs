using Polly;
using Polly.Retry;

namespace Release.Drivers;

/// <summary>How a peer is asked again whose answer did not come: only calls that may be made twice are.</summary>
internal static class IdempotentCalls
{
    /// <summary>Two more tries, after about 100 and 200 ms.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="fails">Which outcomes are worth another try.</param>
    public static ResiliencePipeline<T> Retried<T>(TimeProvider time, PredicateBuilder<T> fails) => new ResiliencePipelineBuilder<T> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<T>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(100),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = fails,
        })
        .Build();
}
