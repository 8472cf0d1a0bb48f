using Release.Configuration;
using Release.Drivers.Synthetic;

namespace Release.Tests.Peers;

/// <summary>Synthetic traffic to whatever answers at the router's address: counted, never thrown, never sent twice.</summary>
public sealed class SendingToHostilePeers
{
    [Fact]
    public Task Every_request_is_counted_once_and_all_of_it_ends() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        var options = new SyntheticTrafficOptions { Rate = 20, Method = "POST", Path = "/ai/execute", Body = "{}" };
        using var traffic = new SyntheticTraffic(server.Address, options, "run-7", TimeProvider.System);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));

        await traffic.Run(stop.Token);

        var counts = traffic.Counts;
        counts.Sent.ShouldBe(counts.Ok + counts.Failed + counts.Abandoned);
        server.Asked.Count.ShouldBeLessThanOrEqualTo((int)counts.Sent);
        counts.LastFailure?.ShouldBeFitToShow();
    });

    [Theory]
    [InlineData("reset at once")]
    [InlineData("a body that is too short")]
    [InlineData("no chunk")]
    [InlineData("hostile words in the status")]
    [InlineData("to another host")]
    [InlineData("unavailable, back in the year 9999")]
    public async Task What_is_not_well_answered_is_not_ok(string answer)
    {
        await using var server = new HostileServer(HostileAnswers.Wrong[answer]);
        var options = new SyntheticTrafficOptions { Rate = 20, Path = "/" };
        using var traffic = new SyntheticTraffic(server.Address, options, "run-7", TimeProvider.System);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        await traffic.Run(stop.Token);
        traffic.Counts.Ok.ShouldBe(0);
    }
}
