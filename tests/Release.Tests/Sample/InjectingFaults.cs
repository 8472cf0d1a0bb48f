using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Release.Sample;

namespace Release.Tests.Sample;

public sealed class InjectingFaults
{
    [Fact]
    public void Every_fault_is_understood()
    {
        Faults.Parse(["error-rate=20%", "latency=+300ms", "capacity=30/s", "boot=2s", "crash-after=1m", "hang-on-stop"], out var faults).ShouldBeNull();
        faults.ShouldBe(new Faults
        {
            ErrorRate = 0.2,
            Latency = TimeSpan.FromMilliseconds(300),
            Capacity = 30,
            BootDelay = TimeSpan.FromSeconds(2),
            CrashAfter = TimeSpan.FromMinutes(1),
            HangsOnStop = true,
        });
    }

    [Theory]
    [InlineData("error-rate=20")]
    [InlineData("error-rate=101%")]
    [InlineData("latency=fast")]
    [InlineData("boot=")]
    [InlineData("nonsense")]
    [InlineData("hang-on-stop=1")]
    public async Task A_wrong_fault_is_wrong_usage_and_the_right_ones_are_listed(string fault)
    {
        await using var errors = new StringWriter();
        (await SampleHost.Run(["--port", "0", "--fault", fault], null, errors, TimeProvider.System)).ShouldBe(2);
        errors.ToString().ShouldContain(fault);
        errors.ToString().ShouldContain("valid faults: error-rate=20%");
    }

    [Theory]
    [InlineData()]
    [InlineData("--port")]
    [InlineData("--port", "70000")]
    [InlineData("--colour", "blue", "--port", "0")]
    public async Task Wrong_arguments_exit_with_2(params string[] arguments) =>
        (await SampleHost.Run(arguments, null, TextWriter.Null, TimeProvider.System)).ShouldBe(2);

    /// <summary>Else one smoke test in five would refuse what a user wants to see the gate catch.</summary>
    [Fact]
    public async Task An_error_rate_spares_the_first_requests_which_are_the_smoke_tests()
    {
        await using var sample = await RunningSample.Start("error-rate=100%");
        var answers = new List<int>();
        for (var request = 0; request < 8; request++)
        {
            answers.Add((await sample.Execute("ping")).Status);
        }

        answers.ShouldBe([200, 200, 200, 200, 200, 500, 500, 500]);
    }

    [Fact]
    public async Task Latency_is_added_to_every_answer()
    {
        await using var sample = await RunningSample.Start("latency=+300ms");
        await sample.Execute("ping");
        (await sample.Metrics())["ai_request_duration_seconds_sum"].ShouldBeGreaterThan(0.3);
    }

    [Fact]
    public async Task A_slow_boot_is_not_healthy_yet()
    {
        await using var sample = await RunningSample.Start("boot=60m");
        using var answer = await sample.Client.GetAsync(new Uri("/health", UriKind.Relative));
        ((int)answer.StatusCode).ShouldBe(503);
    }

    [Fact]
    public async Task A_failing_boot_exits_with_1_before_it_listens()
    {
        var (code, errors) = await Run("--port", "0", "--fault", "boot=fail");
        code.ShouldBe(1);
        errors.ShouldContain("boot=fail");
    }

    [Fact]
    public void Capacity_is_for_each_second_of_the_clock()
    {
        var time = new Journal.ManualClock();
        var capacity = new Capacity(2, time);
        new[] { capacity.Takes(), capacity.Takes(), capacity.Takes() }.ShouldBe([true, true, false]);
        time.Advance(TimeSpan.FromSeconds(1));
        capacity.Takes().ShouldBeTrue();
    }

    [Fact]
    public async Task A_crash_is_abrupt_and_exits_with_134()
    {
        var (code, errors) = await Run("--port", "0", "--fault", "crash-after=100ms");
        code.ShouldBe(134);
        errors.ShouldContain("crash-after");
    }

    [Fact]
    public async Task A_port_in_use_exits_with_3_and_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (code, errors) = await Run("--port", port);
        code.ShouldBe(3);
        errors.ShouldContain(port);
    }

    private static async Task<(int Code, string Errors)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SampleHost).Assembly.Location, .. arguments]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            var errors = await process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, errors);
        }
        finally
        {
            process.Kill();
        }
    }
}
