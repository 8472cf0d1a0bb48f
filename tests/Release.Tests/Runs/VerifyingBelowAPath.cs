using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A service that callers have under a path which its gateway takes off.</summary>
public sealed class VerifyingBelowAPath
{
    [Theory]
    [InlineData(null, "version-ping /version")]
    [InlineData("/cart", "version-ping /cart/version")]
    [InlineData("/cart/", "version-ping /cart/version")]
    [InlineData("/", "version-ping /version")]
    public void Its_version_is_asked_under_that_path_at_the_gateway(string? prefix, string asked)
    {
        var scene = new Scene();
        scene.Options = scene.Options with { Services = [.. scene.Options.Services.Select(service => service with { Prefix = prefix })] };

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.World.Probed.ShouldContain(asked);
    }
}
