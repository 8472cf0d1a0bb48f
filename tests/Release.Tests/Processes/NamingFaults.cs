using Release.Drivers.Processes;
using Release.Runs;

namespace Release.Tests.Processes;

public sealed class NamingFaults
{
    [Theory]
    [InlineData("error-rate=20%")]
    [InlineData("error-rate=0.5%")]
    [InlineData("error-rate=100%")]
    [InlineData("latency=+300ms")]
    [InlineData("boot=fail")]
    [InlineData("boot=5s")]
    [InlineData("crash-after=5s")]
    [InlineData("hang-on-stop")]
    public void A_fault_is_one(string fault) => Should.NotThrow(() => Faults.Validate([fault]));

    [Theory]
    [InlineData("")]
    [InlineData("error-rate=20")]
    [InlineData("error-rate=120%")]
    [InlineData("error-rate=-1%")]
    [InlineData("latency=300")]
    [InlineData("boot=maybe")]
    [InlineData("crash-after=soon")]
    [InlineData("boot=fail\n")]
    [InlineData("--port=1")]
    public void What_is_none_is_refused_with_the_forms_there_are(string fault)
    {
        var refused = Should.Throw<ReleaseException>(() => Faults.Validate(["boot=fail", fault]));
        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldContain(Faults.Valid);
    }
}
