using Release.Configuration;
using Release.Drivers;
using Release.Runbooks;
using Release.Tests.Configuration;
using Release.Tests.Runs;

namespace Release.Tests.Runbooks;

/// <summary>A runbook is validated whole, against the environment that names it.</summary>
public class WrongRunbooks
{
    [Theory]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "probe", "id": "pears" } }""", "$.lines[0].shownBy.id: there is no check or smoke test \"pears\". Did you mean \"peers\"?")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": [{ "type": "criterion", "id": "error-rat" }] }""", "$.lines[0].shownBy[0].id: the gate has no objective or criterion \"error-rat\". Did you mean \"error-rate\"?")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "criterion", "share": 60 } }""", "$.lines[0].shownBy.share: no traffic step gives the candidate 60 %: expected one of 10, 50, 100")]
    [InlineData("""{ "id": "L-1", "says": "x", "signOff": { "roles": "qaa" } }""", "$.lines[0].signOff.roles: there is no role \"qaa\". Did you mean \"qa\"?")]
    [InlineData("""{ "id": "L-1", "says": "x", "signOff": { "roles": ["qa", "boss"] } }""", "$.lines[0].signOff.roles[1]: there is no role \"boss\".")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "backup", "id": "database" } }""", "$.lines[0].shownBy.id: there is no backup \"database\".")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "step", "id": "a", "service": "pingg" } }""", "$.lines[0].shownBy.service: there is no service \"pingg\". Did you mean \"ping\"?")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "configuration", "path": "$.trafic.steps" } }""", "$.lines[0].shownBy.path: an environment has no \"trafic\". Did you mean \"traffic\"?")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "configuration", "path": "$.traffic[" } }""", "expected a JSON path such as")]
    [InlineData("""{ "id": "L-1", "says": "x", "shownBy": { "type": "prob", "id": "peers" } }""", "unknown type \"prob\". Did you mean \"probe\"?")]
    [InlineData("""{ "id": "L-1", "says": "x" }""", "missing: expected what shows the line")]
    [InlineData("""{ "id": "L-1", "says": "x", "notApplicable": "no", "signOff": { "roles": "qa" } }""", "$.lines[0].notApplicable: the line has an outcome as well")]
    [InlineData("""{ "id": "L-1", "says": "x", "signOff": { "roles": "qa", "required": true } }""", "$.lines[0].phase: missing: a required sign-off holds the run before a phase")]
    [InlineData("""{ "id": "L-1", "says": "x", "phase": "PreChecks", "signOff": { "roles": "qa" } }""", "Did you mean \"pre-checks\"?")]
    [InlineData("""{ "id": "L-1", "says": "x", "sings": 1, "signOff": { "roles": "qa" } }""", "$.lines[0].sings: unknown key.")]
    [InlineData("""{ "id": "L-1", "says": "x", "signOff": { "roles": "qa" } }, { "id": "L-1", "says": "y", "signOff": { "roles": "qa" } }""", "$.lines[1].id: the same as that of lines[0]")]
    [InlineData("""{ "id": "L-1", "says": "x", "incident": "page", "signOff": { "roles": "qa" } }""", "$.lines[0].incident: says which notice makes an incident")]
    [InlineData("""{ "id": "L 1", "says": "x", "signOff": { "roles": "qa" } }""", "$.lines[0].id: expected an id such as")]
    public void Each_error_names_its_place_and_the_nearest_name(string line, string expected)
    {
        var error = Should.Throw<ConfigurationException>(() => new Scene().With(line));
        error.Errors.Select(e => e.ToString()).ShouldContain(e => e.StartsWith("environments/fake.runbook.json:3:", StringComparison.Ordinal) || e.StartsWith("environments/fake.runbook.json:4:", StringComparison.Ordinal));
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public void All_of_them_are_told_at_once()
    {
        var error = Should.Throw<ConfigurationException>(() => new Scene().With(
            """{ "id": "L-1", "says": "x", "shownBy": { "type": "probe", "id": "pears" } }""",
            """{ "id": "L-2", "says": "x", "signOff": { "roles": "qaa" } }""",
            """{ "id": "L-3", "says": "", "notApplicable": "x" }"""));
        error.Errors.Count.ShouldBe(3);
    }

    [Fact]
    public void Steps_are_held_against_those_that_its_runs_have()
    {
        var scene = new Scene();
        var steps = StepNames.Of(scene.Process().Environment);
        steps.ShouldContain("shift-traffic-ping-50");
        steps.ShouldContain("return-traffic-ping");
        RunbookFile.RequireSteps(scene.With(Booked.Shown("L-1", """{ "type": "step", "id": "shift-traffic-*-10" }""")).Runbook!, steps);
        var error = Should.Throw<ConfigurationException>(() => RunbookFile.RequireSteps(scene.With(Booked.Shown("L-1", """{ "type": "step", "id": "shift-trafic-ping-10" }""")).Runbook!, steps));
        error.Message.ShouldContain("$.lines[0].shownBy.id: no step of this environment is called \"shift-trafic-ping-10\". Did you mean \"shift-traffic-ping-10\"?");
    }

    [Fact]
    public void A_missing_file_and_the_wrong_form_of_its_name_are_errors_of_the_environment()
    {
        using var folder = new Release.Tests.Processes.TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "environments"));
        void Write(string runbook) => File.WriteAllText(Path.Combine(folder.Path, "environments/local.json"), SampleEnvironment.Text.Replace("\"name\": \"local\",", $"\"name\": \"local\", \"runbook\": \"{runbook}\",", StringComparison.Ordinal));
        string Error() => Should.Throw<ConfigurationException>(() => EnvironmentFile.Load(folder.Path, "local", SampleEnvironment.Types())).Message;

        Write("local.runbook.json");
        Error().ShouldContain("environments/local.runbook.json  does not exist, and environments/local.json names it as \"runbook\"");
        Write("../secrets.json");
        Error().ShouldContain("$.runbook: expected a file beside the environment's");
        Write("local.runbook.json");
        File.WriteAllBytes(Path.Combine(folder.Path, "environments/local.runbook.json"), [0xff, 0xfe, 0x00]);
        Error().ShouldContain("is not UTF-8 text");
        File.WriteAllText(Path.Combine(folder.Path, "environments/local.runbook.json"), "");
        Error().ShouldContain("environments/local.runbook.json  is empty");
    }

    [Fact]
    public void The_runbook_of_opsconductor_is_right_and_whole()
    {
        var loaded = EnvironmentFile.Load(Golden.Root, "opsconductor", DriverTypes.All);
        var lines = loaded.Runbook!.Options.Lines;
        lines.Select(l => l.Id).ShouldBe(Enumerable.Range(1, 156).Select(n => $"CAN-{n:00}"));
        lines.ShouldAllBe(l => l.Says.Length > 10 && (l.ShownBy.Count > 0 || l.SignOff != null || l.NotApplicable != null));
        lines.Where(l => l.NotApplicable is not null).ShouldAllBe(l => l.NotApplicable!.Length > 20);
        lines.Count(l => l.NotApplicable is null).ShouldBeGreaterThan(110);
    }
}
