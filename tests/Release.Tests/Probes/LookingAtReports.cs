using Release.Probes;
using Release.Tests.Processes;

namespace Release.Tests.Probes;

/// <summary>Programs that write a JUnit report.</summary>
public sealed class LookingAtReports : IDisposable
{
    private readonly Looking _looking = new() { BaseAddress = new Uri("http://127.0.0.1:4711") };

    public void Dispose() => _looking.Dispose();

    [ProgramsFact(["sh"])]
    public async Task Each_failed_case_is_named()
    {
        const string Report = "<testsuites><testsuite name='a'><testcase classname='cart' name='adds'/>"
            + "<testcase classname='cart' name='pays'><failure message='expected 200'>trace</failure></testcase>"
            + "<testcase name='ships'><error/></testcase><testcase name='later'><skipped/></testcase></testsuite></testsuites>";
        await _looking.Fail(Program($"echo \"{Report}\"; exit 3"), "2 of 3 cases ran, 1 were skipped, failed: cart.pays: expected 200; ships");
        await _looking.Pass(Program($"echo \"{Report}\"; exit 3") with { MayFail = 2 });
    }

    [ProgramsFact(["sh"])]
    public async Task The_address_of_what_is_looked_at_is_an_argument() =>
        await _looking.Pass(Program("test \"$1\" = http://127.0.0.1:4711 && echo '<testsuite><testcase name=\"a\"/></testsuite>'") with
        {
            Args = ["-c", "test \"$1\" = http://127.0.0.1:4711 && echo '<testsuite><testcase name=\"a\"/></testsuite>'", "sh", "$(address)"],
        });

    [ProgramsFact(["sh"])]
    public async Task A_suite_that_ran_nothing_and_an_exit_without_a_failed_case_fail()
    {
        await _looking.Fail(Program("echo '<testsuite/>'"), "0 cases ran, expected at least 1");
        await _looking.Fail(Program("echo '<testsuite><testcase name=\"a\"/></testsuite>'; exit 1"), "exited with 1, although no case failed");
    }

    [ProgramsFact(["sh"])]
    public async Task A_report_of_an_earlier_run_is_none()
    {
        await File.WriteAllTextAsync(Path.Combine(_looking.Root, "report.xml"), "<testsuite><testcase name='a'/></testsuite>");
        await _looking.Unavailable(Program("true") with { Report = "report.xml" }, "wrote no report report.xml");
        await _looking.Pass(Program("echo '<testsuite><testcase name=\"longer\"/></testsuite>' > report.xml") with { Report = "report.xml" });
    }

    [ProgramsFact(["sh"])]
    public async Task What_is_no_report_is_unavailable()
    {
        await _looking.Unavailable(Program("echo hello"), "its report cannot be read");
        await _looking.Unavailable(Program("echo '<html/>'"), "it has no test suite");
        await _looking.Unavailable(Program("echo '<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><testsuite><testcase name=\"a\"/></testsuite>'"), "DTD");
        await _looking.Unavailable(Program("i=0; while [ $i -lt 100 ]; do printf '<testsuite>'; i=$((i+1)); done"), "nested deeper");
    }

    [Fact]
    public void A_case_with_a_closing_tag_counts_once_and_a_failure_beats_a_skip()
    {
        var report = JUnitReport.Read(new StringReader("<testsuite><testcase name='a'><system-out>x</system-out></testcase><testcase name='b'><skipped/><failure/></testcase></testsuite>"));
        report.Cases.ShouldBe(2);
        report.Skipped.ShouldBe(0);
        report.Failed.ShouldBe(["b"]);
    }

    private static JUnitProbeOptions Program(string script) => new() { Id = "suite", Type = "junit", Program = "sh", Args = ["-c", script] };
}
