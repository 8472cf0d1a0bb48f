using Release.Configuration;
using Release.Drivers;

namespace Release.Tests.Configuration;

/// <summary>What an environment makes different with <c>--emergency</c>.</summary>
public sealed class AnEmergency
{
    [Fact]
    public void Each_key_that_is_given_stands_for_the_usual_one()
    {
        var then = InEmergency("""{ "steps": [50, 100], "stepDuration": { "min": "2s", "max": "20s" }, "warmUp": "1s", "leaveOut": ["disk"] }""");

        then.Options.Traffic.Steps.ShouldBe([50, 100]);
        then.Options.Gate.StepDuration.ShouldBe(new StepDurationOptions { Min = TimeSpan.FromSeconds(2), Max = TimeSpan.FromSeconds(20) });
        then.Options.Gate.WarmUp.ShouldBe(TimeSpan.FromSeconds(1));
        then.Options.Checks.Select(c => c.Id).ShouldBe(["gateway-up"]);
        then.Options.Smoke.Count.ShouldBe(1);
    }

    [Fact]
    public void The_rest_is_as_usual()
    {
        var (usual, then) = (Parse("{}"), InEmergency("{}"));

        then.Options.Traffic.Steps.ShouldBe(usual.Options.Traffic.Steps);
        then.Options.Gate.StepDuration.ShouldBe(usual.Options.Gate.StepDuration);
        then.Options.Checks.Count.ShouldBe(usual.Options.Checks.Count);
    }

    [Fact]
    public void What_is_recorded_needs_no_emergency_to_be_read_again()
    {
        var then = InEmergency("""{ "steps": [50, 100], "warmUp": "1s" }""");

        var again = EnvironmentFile.ParseRecorded(then.Source, SampleEnvironment.File, DriverTypes.All);

        again.Options.Emergency.ShouldBeNull();
        again.Options.Traffic.Steps.ShouldBe([50, 100]);
        again.Options.Gate.WarmUp.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Where_none_is_declared_there_is_none() =>
        EnvironmentFile.InEmergency(EnvironmentFile.Parse(SampleEnvironment.Text, SampleEnvironment.File, DriverTypes.All), DriverTypes.All).ShouldBeNull();

    [Theory]
    [InlineData("""{ "steps": [50] }""", "$.emergency.steps: expected 100 as the last step, where the candidate takes all traffic")]
    [InlineData("""{ "steps": [50, 50, 100] }""", "$.emergency.steps[1]: expected more than the step before (50), found 50")]
    [InlineData("""{ "stepDuration": { "min": "9s", "max": "5s" } }""", "$.emergency.stepDuration.min: expected at most max (5s), found 9s")]
    [InlineData("""{ "stepDuration": { "min": "500ms", "max": "5s" } }""", "$.emergency: with it gate.tick would be wrong: expected at most stepDuration.min (500ms), found 1s")]
    [InlineData("""{ "leaveOut": ["dsik"] }""", "$.emergency.leaveOut[0]: there is no check \"dsik\". Did you mean \"disk\"?")]
    [InlineData("""{ "stepps": [100] }""", "$.emergency.stepps: unknown key. Did you mean \"steps\"?")]
    public void A_wrong_one_is_found_before_the_night_when_it_is_needed(string emergency, string message) =>
        Should.Throw<ConfigurationException>(() => Parse(emergency)).Message.ShouldContain(message);

    private static LoadedEnvironment InEmergency(string emergency) => EnvironmentFile.InEmergency(Parse(emergency), DriverTypes.All).ShouldNotBeNull();

    private static LoadedEnvironment Parse(string emergency) => EnvironmentFile.Parse(
        SampleEnvironment.Text.Replace("\"backup\":", $"\"emergency\": {emergency},\n  \"backup\":", StringComparison.Ordinal), SampleEnvironment.File, DriverTypes.All);
}
