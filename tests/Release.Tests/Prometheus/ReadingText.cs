using Release.Configuration;
using Release.Drivers.Prometheus;

namespace Release.Tests.Prometheus;

public sealed class ReadingText
{
    private static readonly MetricsOptions Names = new() { Type = "scrape", Requests = "req", Errors = "err", Duration = "dur" };

    [Fact]
    public void Of_a_real_service_gives_all_counters()
    {
        var read = Read(
            "# HELP req Requests \\ and \"so on\".\n# TYPE req counter\nreq{path=\"/a\",code=\"200\"} 1027 1395066363000\n"
            + "req{path=\"/b\"} 3\nerr{path=\"/a\"} 2\n\n# just a comment\n"
            + "dur_bucket{path=\"/a\",le=\"0.05\"} 10\ndur_bucket{path=\"/a\",le=\"+Inf\"} 20\ndur_sum{path=\"/a\"} 1.5\ndur_count 20\n"
            + "dur_bucket{le=\"5e-2\"} 1\ndur_bucket{le=\"+Inf\",} 2\nprocess_start_time_seconds 1.7e9\nother NaN\nother2 -Inf\n");
        read.Problem.ShouldBeNull();
        (read.Counters!.Requests, read.Counters.Errors).ShouldBe((1030, 2));
        read.Counters.Buckets.Select(b => (b.Bound, b.Count)).ShouldBe([(0.05, 11), (double.PositiveInfinity, 22)]);
        read.StartedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    }

    [Theory]
    [InlineData("req 5\n", 5)]
    [InlineData("req 5\r\n", 5)]
    [InlineData("req\t5\t1\n", 5)]
    [InlineData("  req  {  a = \"b\" , }  5  \n", 5)]
    [InlineData("req{} 5\n", 5)]
    [InlineData("req{a=\"}\"} 5\n", 5)]
    [InlineData("req{a=\"\\\"} 9\"} 5\n", 5)]
    [InlineData("req{a=\"\\\\\"} 5\n", 5)]
    [InlineData("req{a=\"x\\ny\"} 5\n", 5)]
    [InlineData("req{a=\"ünï 🚀\"} 5\n", 5)]
    [InlineData("req 1.5e+03\n", 1500)]
    [InlineData("req 5E2\n", 500)]
    [InlineData("req 5.\n", 5)]
    [InlineData("req 5 -1\n", 5)]
    [InlineData("req 5 # {trace_id=\"x\"} 0.4\n", 5)]
    [InlineData("req{a=\"1\"} 2\nreq{a=\"2\"} 3\n", 5)]
    [InlineData("req{a=\"1,b=2\"} 2\nreq{a=\"1\",b=\"2\"} 3\n", 5)]
    [InlineData("# TYPE req counter\n", 0)]
    [InlineData("req 5\nreq_total 7\nxreq 9\nns:req 3\n", 5)]
    public void Is_lenient_where_the_format_is(string text, double requests)
    {
        var read = Read(text);
        read.Problem.ShouldBeNull();
        read.Counters!.Requests.ShouldBe(requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("req 5")]
    [InlineData("req 5\nerr 0\ndur_buck")]
    [InlineData("req\n")]
    [InlineData("req five\n")]
    [InlineData("req NaN\n")]
    [InlineData("req +Inf\n")]
    [InlineData("req -1\n")]
    [InlineData("req 1e999\n")]
    [InlineData("req Infinity\n")]
    [InlineData("req ∞\n")]
    [InlineData("req 1,000\n")]
    [InlineData("req 5 6 7\n")]
    [InlineData("req 5 soon\n")]
    [InlineData("req 5\nreq 5\n")]
    [InlineData("req{a=\"1\",b=\"2\"} 5\nreq{b=\"2\",a=\"1\"} 5\n")]
    [InlineData("req{a=\"1} 5\n")]
    [InlineData("req{a=\"1\\\n")]
    [InlineData("req{a=\"1\" 5\n")]
    [InlineData("req{a=1} 5\n")]
    [InlineData("req{a} 5\n")]
    [InlineData("req{=\"1\"} 5\n")]
    [InlineData("req{,,} 5\n")]
    [InlineData("req{a=\"1\"\n")]
    [InlineData("req{\n")]
    [InlineData("req 5\nerr NaN\n")]
    [InlineData("req 5\nerr -2\n")]
    [InlineData("req 5\n!!!\n")]
    [InlineData("req 5\n5 req\n")]
    [InlineData("other 5\n")]
    [InlineData("<!doctype html>\n<html><body>Sign in</body></html>\n")]
    [InlineData("{\"req\": 5}\n")]
    [InlineData("req 5\ndur_bucket{le=\"0.1\"} 5\n")]
    [InlineData("req 5\ndur_bucket{le=\"0.1\"} 5\ndur_bucket{le=\"+Inf\"} 4\n")]
    [InlineData("req 5\ndur_bucket{le=\"NaN\"} 5\ndur_bucket{le=\"+Inf\"} 5\n")]
    [InlineData("req 5\ndur_bucket{le=\"fast\"} 5\ndur_bucket{le=\"+Inf\"} 5\n")]
    [InlineData("req 5\ndur_bucket 5\n")]
    [InlineData("req 5\ndur_bucket{le=\"+Inf\"} NaN\n")]
    [InlineData("req 5\ndur_bucket{a=\"1\",le=\"+Inf\"} 5\ndur_bucket{a=\"2\",le=\"1\"} 5\n")]
    public void That_is_not_a_reading_has_a_problem_and_no_counters(string text)
    {
        var read = Read(text);
        read.Problem.ShouldNotBeNullOrWhiteSpace();
        read.Counters.ShouldBeNull();
    }

    [Fact]
    public void Sums_buckets_only_at_bounds_that_every_label_set_has() =>
        Read("req 5\ndur_bucket{a=\"1\",le=\"1\"} 1\ndur_bucket{a=\"1\",le=\"+Inf\"} 2\ndur_bucket{a=\"2\",le=\"2\"} 1\ndur_bucket{a=\"2\",le=\"+Inf\"} 2\n")
            .Counters!.Buckets.Select(b => (b.Bound, b.Count)).ShouldBe([(double.PositiveInfinity, 4)]);

    [Theory]
    [InlineData("NaN")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("1e300")]
    [InlineData("+Inf")]
    public void Ignores_a_start_time_that_is_none(string value)
    {
        var read = Read($"req 5\nprocess_start_time_seconds {value}\n");
        (read.Problem, read.StartedAt).ShouldBe((null, null));
    }

    /// <summary>A good text, cut off and with random characters changed: whatever comes, no exception, and counts are counts.</summary>
    [Fact]
    public void Never_throws()
    {
        const string Good = "# TYPE req counter\nreq{a=\"\\\"b\\\\\",c=\"d\"} 1.5e3 17\nerr 3\ndur_bucket{le=\"0.1\"} 4\ndur_bucket{le=\"+Inf\"} 9\nprocess_start_time_seconds 1.7e9\n";
        const string Chars = "{}\"\\=,#\n\r\t 0e+-.NaIf\0é";
        var chance = new Gates.Chance(5);
        for (var i = 0; i < 20_000; i++)
        {
            var text = Good.ToCharArray();
            for (var change = chance.Next(4); change >= 0; change--)
            {
                text[chance.Next(text.Length)] = Chars[chance.Next(Chars.Length)];
            }

            var read = Read(new string(text, 0, chance.Next(3) == 0 ? chance.Next(text.Length) : text.Length));
            (read.Problem is null).ShouldBe(read.Counters is not null);
            if (read.Counters is { } counters)
            {
                (double.IsFinite(counters.Requests) && counters.Requests >= 0 && double.IsFinite(counters.Errors) && counters.Errors >= 0).ShouldBeTrue();
            }
        }
    }

    private static Exposition Read(string text) => Exposition.Parse(text, Names);
}
