using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Release.Gates.Evidence;

namespace Release.Tests.Gates.Evidence;

/// <summary>Recorded counts through the whole of reading, judging and writing. 100 requests a second, ticks of 5 s.</summary>
public sealed class JudgingASeries
{
    private const string Errors = """{"id":"errors","type":"errors"}""";
    private const string Latency = """{"id":"latency","type":"latency"}""";
    private const string Limit = """{"id":"slo","type":"errors","max":"1%","compare":false}""";

    [Fact]
    public void A_healthy_candidate_passes_and_the_tick_says_when()
    {
        var result = Judge([Errors], Ticks(100, _ => (450, 4), _ => (50, 0)));
        result.Decision().ShouldBe("pass");
        var at = (double)result["at"]!;
        at.ShouldBeInRange(30, 200);
        result["ticks"]!.AsArray().First(t => (string)t!["verdict"]! == "pass")!["t"]!.GetValue<double>().ShouldBe(at);
        result["ticks"]!.AsArray().First()!["verdict"]!.GetValue<string>().ShouldBe("inconclusive");
    }

    [Fact]
    public void A_fail_after_a_pass_is_a_fail()
    {
        var result = Judge([Errors], Ticks(200, _ => (450, 4), k => (50, k < 150 ? 0 : 5)));
        result.Decision().ShouldBe("fail");
        ((double)result["at"]!).ShouldBeInRange(755, 800);
        result.Reason().ShouldStartWith("errors broken: candidate ");
        result["ticks"]!.AsArray().Select(t => (string)t!["verdict"]!).Distinct().ShouldBe(["inconclusive", "pass", "fail"]);
    }

    [Fact]
    public void An_outage_of_both_is_neither()
    {
        var result = Judge([Errors, Limit], Ticks(60, _ => (450, 90), _ => (50, 10)));
        (result.Decision(), result.Reason()).ShouldBe(("inconclusive", "both"));
    }

    [Fact]
    public void The_output_has_what_the_issue_says_and_nothing_else()
    {
        var result = Judge([Errors, Limit], Ticks(3, _ => (450, 4), _ => (50, 2)));
        result.Select(m => m.Key).ShouldBe(["decision", "at", "reason", "ticks"]);
        result["ticks"]![0]!.AsObject().Select(m => m.Key).ShouldBe(["t", "verdict", "objectives"]);
        var slo = result["ticks"]![2]!["objectives"]![1]!.AsObject();
        slo.Select(m => m.Key).ShouldBe(["id", "evidence", "lower", "upper", "limit"]);
        ((double)slo["limit"]!).ShouldBe(0.01);
        ((double)slo["lower"]!).ShouldBeInRange(0.0001, 0.04);
        ((double)slo["upper"]!).ShouldBeInRange(0.04, 0.5);
        ((double)slo["evidence"]!).ShouldBeGreaterThan(1);
        result["ticks"]![0]!["objectives"]![0]!["limit"].ShouldBeNull();
    }

    [Fact]
    public void The_last_tick_is_named_when_nothing_was_decided()
    {
        var result = Judge([Errors], Ticks(3, _ => (450, 4), _ => (50, 1)));
        (result.Decision(), (double)result["at"]!).ShouldBe(("inconclusive", 15));
        result.Reason().ShouldStartWith("not decided: errors: candidate ");
    }

    [Fact]
    public void A_candidate_without_requests_does_not_get_its_share()
    {
        var result = Judge([Errors, Limit], Ticks(400, _ => (500, 5), _ => (0, 0)));
        (result.Decision(), result.Reason()).ShouldBe(("unavailable", "split"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public void A_candidate_that_was_never_read_is_unavailable(int ticks)
    {
        Judge([Errors], Ticks(ticks, _ => (500, 5), _ => null)).Decision().ShouldBe("unavailable");
        Judge([Errors], []).Decision().ShouldBe("unavailable");
    }

    [Fact]
    public void A_gap_in_the_middle_is_unavailable_and_then_it_goes_on()
    {
        var result = Judge([Errors], Ticks(300, _ => (450, 4), k => k is >= 5 and < 25 ? null : (50, 1)));
        var verdicts = result["ticks"]!.AsArray().Select(t => (string)t!["verdict"]!).ToArray();
        verdicts[15].ShouldBe("inconclusive");
        verdicts[16].ShouldBe("unavailable");
        verdicts[24].ShouldBe("unavailable");
        verdicts[25].ShouldBe("inconclusive");
    }

    [Fact]
    public void Latency_is_found_in_classic_and_in_native_buckets()
    {
        double[] classic = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];
        double[] native = [.. Enumerable.Range(0, 112).Select(i => Math.Pow(2, i / 8.0))];
        foreach (var bounds in new[] { classic, native })
        {
            Judge([Latency], Ticks(60, _ => (450, 0), _ => (450, 0)), bounds, 1.5, share: 0.5).Decision().ShouldBe("fail");
            Judge([Latency], Ticks(200, _ => (450, 0), _ => (450, 0)), bounds, 1, share: 0.5).Decision().ShouldBe("pass");
        }
    }

    [Fact]
    public void A_wrong_split_lets_nothing_pass_but_a_worse_candidate_fails()
    {
        var result = Judge([Errors], Ticks(200, _ => (350, 4), _ => (150, 2)));
        (result.Decision(), result.Reason()).ShouldBe(("unavailable", "split"));
        Judge([Errors], Ticks(200, _ => (350, 4), _ => (150, 15))).Decision().ShouldBe("fail");
    }

    [Fact]
    public void A_warm_up_and_a_shortest_time_hold_only_where_the_file_gives_them()
    {
        var ticks = Ticks(100, _ => (450, 4), _ => (50, 0));
        ((double)Judge([Errors], ticks, extra: "\"minDuration\":\"400s\",")["at"]!).ShouldBe(400);
        var sick = Ticks(100, _ => (450, 4), k => (50, k < 12 ? 25 : 0));
        Judge([Errors], sick).Decision().ShouldBe("fail");
        Judge([Errors], sick, extra: "\"warmUp\":\"60s\",").Decision().ShouldBe("pass");
    }

    [Fact]
    public void A_comparison_is_needed_for_a_pass_only_when_required()
    {
        // Below the limit of 1 %, but no evidence that it is below twice stable's.
        var ticks = Ticks(300, _ => (450, 0), k => (50, k % 40 == 39 ? 1 : 0));
        Judge([Errors.Replace("}", ",\"minErrorTicks\":100}", StringComparison.Ordinal), Limit], ticks).Decision().ShouldBe("pass");
        Judge([Errors.Replace("}", ",\"minErrorTicks\":100,\"required\":true}", StringComparison.Ordinal), Limit], ticks).Decision().ShouldBe("inconclusive");
    }

    [Fact]
    public void Stable_may_be_missing_where_nothing_is_compared()
    {
        Judge([Limit], Ticks(100, _ => null, _ => (50, 2))).Decision().ShouldBe("fail");
        Judge([Limit], Ticks(100, _ => null, _ => (50, 0))).Decision().ShouldBe("pass");
        Judge([Limit], Ticks(100, _ => (0, 0), _ => (50, 0))).Decision().ShouldBe("pass");
        Judge([Errors], Ticks(100, _ => null, _ => (50, 2))).Decision().ShouldBe("unavailable");
    }

    private static JsonObject Judge(string[] objectives, IEnumerable<((int, int)? Stable, (int, int)? Candidate)> ticks, double[]? bounds = null, double slower = 1, string extra = "", double share = 0.1)
    {
        var json = new StringBuilder($"{{{extra}\"objectives\":[{string.Join(',', objectives)}],\"history\":[");
        json.AppendJoin(',', Enumerable.Range(0, 60).Select(k => Counts((450, 3 + (k % 4)), bounds, 1)));
        json.Append("],\"ticks\":[");
        json.AppendJoin(',', ticks.Select((t, k) =>
            $"{{\"t\":{(k + 1) * 5},\"share\":{share.ToString(CultureInfo.InvariantCulture)},\"stable\":{Counts(t.Stable, bounds, 1)},\"candidate\":{Counts(t.Candidate, bounds, slower)}}}"));
        return SeriesGate.Judge(Series.Read(json.Append("]}").ToString(), "counts.json")).ToJson();
    }

    private static IEnumerable<((int, int)? Stable, (int, int)? Candidate)> Ticks(int count, Func<int, (int, int)?> stable, Func<int, (int, int)?> candidate) =>
        Enumerable.Range(0, count).Select(k => (stable(k), candidate(k)));

    /// <summary>Requests that take 100 ms in the median, exponentially distributed: exactly as many above each bound as expected.</summary>
    private static string Counts((int Requests, int Errors)? counts, double[]? bounds, double slower)
    {
        if (counts is not var (requests, errors))
        {
            return "null";
        }

        var buckets = bounds?.Select(b => string.Create(
            CultureInfo.InvariantCulture, $"\"{b:R}\":{Math.Floor(requests * (1 - Math.Pow(0.5, b / (100 * slower))))}")).Append($"\"+Inf\":{requests}");
        return $"{{\"requests\":{requests},\"errors\":{errors}{(buckets is null ? "" : $",\"buckets\":{{{string.Join(',', buckets)}}}")}}}";
    }
}

internal static class SeriesResults
{
    public static string Decision(this JsonObject result) => (string)result["decision"]!;

    public static string Reason(this JsonObject result) => (string)result["reason"]!;
}
