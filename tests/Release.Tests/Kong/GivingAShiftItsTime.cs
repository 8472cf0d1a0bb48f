using Release.Configuration;
using Release.Drivers.Kong;
using Release.Platforms;

namespace Release.Tests.Kong;

/// <summary>A Kong with many targets behind a slow network needs longer than one on this machine.</summary>
public sealed class GivingAShiftItsTime
{
    private static readonly ServiceOptions Cart = new() { Name = "cart", Health = "/health" };

    [Theory]
    [InlineData(null, null, 5)]
    [InlineData("kong.yml", null, 45)]
    [InlineData(null, 20, 20)]
    [InlineData("kong.yml", 90, 90)]
    public void The_configuration_says_how_long_a_change_may_take(string? file, int? timeout, int seconds)
    {
        using var router = new KongRouter(
            new()
            {
                Type = "kong",
                Admin = "http://127.0.0.1:8001",
                Proxy = "http://127.0.0.1:8000",
                File = file,
                ShiftTimeout = timeout is { } given ? TimeSpan.FromSeconds(given) : null,
            },
            new Drivers.DriverContext("/", "prod", Git.TestRepository.Tool, TimeProvider.System, _ => { }),
            (instance, _) => Task.FromResult(InstanceView.At(instance, Liveness.Unknown, null, "")));

        var steps = router.Expose(Cart).Concat(router.Cover(Cart)).Append(router.Shift("shift-traffic-cart-10", Cart, "one", "two", new Percent(10)));

        steps.Select(step => step.Deadline.TotalSeconds).ShouldBe([seconds, seconds, seconds]);
    }
}
