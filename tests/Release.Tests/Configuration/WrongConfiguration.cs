using System.Text;
using Release.Configuration;

namespace Release.Tests.Configuration;

/// <summary>Each row breaks one thing in a configuration that is right, and has the whole message about it.</summary>
public sealed class WrongConfiguration
{
    [Theory]

    // Keys.
    [InlineData("\"tick\"", "\"tik\"", "18  $.gate.tik: unknown key. Did you mean \"tick\"?")]
    [InlineData("\"tick\"", "\"Tick\"", "18  $.gate.Tick: unknown key. Did you mean \"tick\"?")]
    [InlineData("\"min\": \"3s\"", "\"min\": \"3s\", \"zzz\": 1", "20  $.gate.stepDuration.zzz: unknown key. Known: extendTo, max, min.")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"$schema\": \"x\"", "19  $.gate.$schema: unknown key. Known: alpha, criteria, holdFor, holdback, maxGap, maxUnavailable, metrics, objectives, onInconclusive, onUnavailable, passAlpha, stepDuration, tick, warmUp.")]
    [InlineData("\"warmUp\": \"0s\"", "\"tick\": \"1s\"", "19  $.gate.tick: the key is there twice: remove one")]
    [InlineData("\"project\"", "\"porject\"", "5  $.platform.porject: unknown key. Did you mean \"project\"?")]
    [InlineData("\"project\": \"src/Release.Sample\", ", "", "5  $.platform.project: missing: expected text")]
    [InlineData("\"name\": \"ping\", ", "", "4  $.services[0].name: missing: expected a name of at most 63 lower-case letters, digits and dashes")]
    [InlineData("\"metrics\": { \"type\": \"scrape\" },", "", "16  $.gate.metrics: missing: expected an object")]
    [InlineData("\"rate\": 500, ", "", "8  $.traffic.synthetic.rate: missing: expected a whole number from 1 to 10000")]
    [InlineData("\"type\": \"errors\", ", "", "22  $.gate.objectives[0].type: missing: expected \"errors\" or \"latency\"")]

    // Types.
    [InlineData("\"type\": \"process\", ", "", "5  $.platform.type: missing: add \"type\". Known: process.")]
    [InlineData("\"process\"", "\"proces\"", "5  $.platform.type: unknown type \"proces\". Did you mean \"process\"?")]
    [InlineData("\"process\"", "\"ecs\"", "5  $.platform.type: unknown type \"ecs\". Known: process.")]
    [InlineData("\"process\"", "7", "5  $.platform.type: expected text, found 7. Known: process.")]
    [InlineData("\"disk\", \"type\": \"disk\"", "\"disk\", \"type\": \"dsik\"", "12  $.checks[1].type: unknown type \"dsik\". Did you mean \"disk\"?")]
    [InlineData("\"scrape\"", "\"prometheus\"", "17  $.gate.metrics.type: unknown type \"prometheus\". Known: scrape.")]
    [InlineData("\"tick\"", "\"maxGap\": \"9s\" }, \"notify\": [{ \"type\": \"slack\" }], \"journal\": { \"type\": \"s3\" }, \"evidence\": { \"type\": \"foldr\" }, \"tag\": { \"tick\"", "18  $.notify[0].type: unknown type \"slack\". There are none yet: remove it.")]

    // Values.
    [InlineData("\"1s\"", "5", "18  $.gate.tick: expected a duration such as \"30s\", found 5. Did you mean \"5s\"?")]
    [InlineData("\"1s\"", "\"5\"", "18  $.gate.tick: expected a duration such as \"30s\", found \"5\". Did you mean \"5s\"?")]
    [InlineData("\"1s\"", "\"-1s\"", "18  $.gate.tick: expected a duration such as \"30s\", found \"-1s\". Its units are ms, s, m, h and d, and it is at most 49d")]
    [InlineData("\"1s\"", "\"1 s\"", "18  $.gate.tick: expected a duration such as \"30s\", found \"1 s\". Did you mean \"1s\"?")]
    [InlineData("\"1s\"", "\"1w\"", "18  $.gate.tick: expected a duration such as \"30s\", found \"1w\". Its units are ms, s, m, h and d, and it is at most 49d")]
    [InlineData("\"1s\"", "\"50d\"", "18  $.gate.tick: expected a duration such as \"30s\", found \"50d\". Its units are ms, s, m, h and d, and it is at most 49d")]
    [InlineData("\"1s\"", "\"99999999999999999999s\"", "18  $.gate.tick: expected a duration such as \"30s\", found \"99999999999999999999s\". Its units are ms, s, m, h and d, and it is at most 49d")]
    [InlineData("\"1s\"", "\"0s\"", "18  $.gate.tick: expected a duration above zero such as \"30s\", found \"0s\"")]
    [InlineData("\"1s\"", "null", "18  $.gate.tick: expected a duration such as \"30s\", found null")]
    [InlineData("\"1s\"", "{}", "18  $.gate.tick: expected a duration such as \"30s\", found an object")]
    [InlineData("\"1s\"", "\"\\u001b]0;x\\u0007\\n::error::\\u202e\"", "18  $.gate.tick: expected a duration such as \"30s\", found \" ::error::\". Its units are ms, s, m, h and d, and it is at most 49d")]
    [InlineData("500,", "0,", "8  $.traffic.synthetic.rate: expected a whole number from 1 to 10000, found 0")]
    [InlineData("500,", "1.5,", "8  $.traffic.synthetic.rate: expected a whole number from 1 to 10000, found 1.5")]
    [InlineData("500,", "\"500\",", "8  $.traffic.synthetic.rate: expected a whole number from 1 to 10000, found \"500\". Remove the quotes.")]
    [InlineData("500,", "99999999999999999999999,", "8  $.traffic.synthetic.rate: expected a whole number from 1 to 10000, found 99999999999999999999999")]
    [InlineData("\"onInconclusive\": \"rollback\"", "\"onInconclusive\": \"rolback\"", "25  $.gate.onInconclusive: expected \"hold\" or \"promote\" or \"rollback\", found \"rolback\". Did you mean \"rollback\"?")]
    [InlineData("\"onInconclusive\": \"rollback\"", "\"onInconclusive\": \"explode\"", "25  $.gate.onInconclusive: expected \"hold\" or \"promote\" or \"rollback\", found \"explode\"")]
    [InlineData("\"onInconclusive\": \"rollback\"", "\"onInconclusive\": 0", "25  $.gate.onInconclusive: expected \"hold\" or \"promote\" or \"rollback\", found 0")]
    [InlineData("0.95", "\"0.95\"", "23  $.gate.objectives[1].quantile: expected a number, found \"0.95\". Remove the quotes.")]
    [InlineData("0.95", "1e999", "23  $.gate.objectives[1].quantile: expected a number, found a number that is too large")]
    [InlineData("\"ping\"", "\"Ping\"", "4  $.services[0].name: expected a name of at most 63 lower-case letters, digits and dashes, found \"Ping\". Did you mean \"ping\"?")]
    [InlineData("\"ping\"", "\"pіng\"", "4  $.services[0].name: expected a name of at most 63 lower-case letters, digits and dashes, found \"pіng\"")]
    [InlineData("\"ping\"", "\"ping\\n\"", "4  $.services[0].name: expected a name of at most 63 lower-case letters, digits and dashes, found \"ping \"")]
    [InlineData("\"ping\"", "\"a\\u0000b\"", "4  $.services[0].name: a NUL character, where the text would be cut off: remove it")]
    [InlineData("\"/health\"", "\"health\"", "4  $.services[0].health: expected a path such as \"/health\", found \"health\". Did you mean \"/health\"?")]
    [InlineData("\"/health\"", "null", "4  $.services[0].health: expected a path such as \"/health\", found null")]
    [InlineData("[{ \"name\": \"ping\", \"health\": \"/health\", \"metrics\": \"/metrics\" }]", "[]", "4  $.services: expected at least 1 element, found 0: add one")]
    [InlineData("[{ \"name\": \"ping\", \"health\": \"/health\", \"metrics\": \"/metrics\" }]", "{}", "4  $.services: expected a list, found an object")]
    [InlineData("[{ \"name\": \"ping\", \"health\": \"/health\", \"metrics\": \"/metrics\" }]", "[null]", "4  $.services[0]: expected an object, found null")]
    [InlineData("{ \"min\": \"3s\", \"max\": \"60s\" }", "\"3s\"", "20  $.gate.stepDuration: expected an object, found \"3s\"")]
    [InlineData("200 }", "99 }", "11  $.checks[0].expect: expected a whole number from 100 to 599, found 99")]
    [InlineData("200 }", "[200, \"x\"] }", "11  $.checks[0].expect[1]: expected a whole number from 100 to 599, found \"x\"")]
    [InlineData("200 }", "[] }", "11  $.checks[0].expect: expected at least 1 element, found 0: add one")]

    // Rules between members.
    [InlineData("[10, 50, 100]", "[10, 50]", "7  $.traffic.steps: expected 100 as the last step, where the candidate takes all traffic")]
    [InlineData("[10, 50, 100]", "[]", "7  $.traffic.steps: expected 100 as the last step, where the candidate takes all traffic")]
    [InlineData("[10, 50, 100]", "[50, 50, 100]", "7  $.traffic.steps[1]: expected more than the step before (50), found 50")]
    [InlineData("[10, 50, 100]", "[0, 50, 100]", "7  $.traffic.steps[0]: expected a whole number from 1 to 100, found 0")]
    [InlineData("\"3s\"", "\"2m\"", "20  $.gate.stepDuration.min: expected at most max (1m), found 2m")]
    [InlineData("\"1s\"", "\"4s\"", "18  $.gate.tick: expected at most stepDuration.min (3s), found 4s")]
    [InlineData("\"min\": \"3s\"", "\"min\": \"3s\", \"extendTo\": \"30s\"", "20  $.gate.stepDuration.extendTo: expected at least max (1m), found 30s")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"holdback\": { \"percent\": 50, \"for\": \"1h\" }", "19  $.gate.holdback.percent: expected less than 50, found 50: the candidate would have 50 % in the holdback, and no less before it")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"holdback\": { \"percent\": 5, \"for\": \"100ms\" }", "19  $.gate.holdback.for: expected at least tick (1s), found 100ms")]
    [InlineData("\"1%\"", "\"250ms\"", "22  $.gate.objectives[0].max: expected a percentage between 0% and 100% such as \"1%\" for type \"errors\", found \"250ms\"")]
    [InlineData("\"1%\"", "\"0%\"", "22  $.gate.objectives[0].max: expected a percentage between 0% and 100% such as \"1%\" for type \"errors\", found \"0%\"")]
    [InlineData("\"1%\"", "\"100%\"", "22  $.gate.objectives[0].max: expected a percentage between 0% and 100% such as \"1%\" for type \"errors\", found \"100%\"")]
    [InlineData("\"1%\"", "1", "22  $.gate.objectives[0].max: expected a duration such as \"30s\" or a percentage such as \"1%\", found 1")]
    [InlineData("\"1%\"", "\"1%\", \"quantile\": 0.5", "22  $.gate.objectives[0].quantile: not for type \"errors\": remove it, or write \"type\": \"latency\"")]
    [InlineData("\"quantile\": 0.95, ", "", "23  $.gate.objectives[1].quantile: expected a number between 0 and 1 such as 0.95 for type \"latency\"")]
    [InlineData("0.95", "95", "23  $.gate.objectives[1].quantile: expected a number between 0 and 1 such as 0.95 for type \"latency\", found 95. Did you mean 0.95?")]
    [InlineData("\"250ms\"", "\"1%\"", "23  $.gate.objectives[1].max: expected a duration such as \"250ms\" for type \"latency\", found \"1%\"")]
    [InlineData("\"250ms\"", "\"250ms\", \"minErrorTicks\": 0", "23  $.gate.objectives[1].minErrorTicks: expected a whole number from 1 to 1000, found 0")]
    [InlineData("\"250ms\"", "\"250ms\", \"weight\": 0", "23  $.gate.objectives[1].weight: expected a number from 0.001 to 1000, found 0")]
    [InlineData("\"max\": \"250ms\"", "\"compare\": false", "23  $.gate.objectives[1].compare: expected true, found false without \"max\": nothing would be judged. Add \"max\", or remove it")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"alpha\": 1", "19  $.gate.alpha: expected a number from 1E-06 to 0.2, found 1")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"criteria\": [{ \"id\": \"error-rate\", \"type\": \"errors\", \"max\": \"5%\" }]", "19  $.gate.criteria[0].id: expected another name than that of an objective, found \"error-rate\"")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"criteria\": [{ \"id\": \"x\", \"type\": \"errors\", \"max\": \"5%\", \"for\": \"2m\" }]", "19  $.gate.criteria[0].for: expected at most stepDuration.max (1m), found 2m")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"criteria\": [{ \"id\": \"x\", \"type\": \"errors\", \"max\": \"5%\", \"for\": \"9s\", \"over\": \"9s\" }]", "19  $.gate.criteria[0].over: not beside \"for\": either every check of that time breaks it, or all of its requests together do")]
    [InlineData("\"warmUp\": \"0s\"", "\"warmUp\": \"0s\", \"criteria\": [{ \"id\": \"x\", \"type\": \"errors\", \"max\": \"5%\", \"failureLimit\": -2 }]", "19  $.gate.criteria[0].failureLimit: expected a whole number of at least -1, found -2")]
    [InlineData("\"latency-p95\"", "\"error-rate\"", "23  $.gate.objectives[1].id: the same as that of objectives[0]: expected another one")]
    [InlineData("\"id\": \"disk\"", "\"id\": \"gateway-up\"", "12  $.checks[1].id: the same as that of checks[0]: expected another one")]
    [InlineData("{ \"type\": \"images\" }", "{ \"type\": \"git\" }", "14  $.backup[1].type: the same as that of backup[0]: expected another one")]
    [InlineData("\"name\": \"local\"", "\"name\": \"prod\"", "3  $.name: expected \"local\" as the file is called, found \"prod\"")]
    [InlineData("\"500MB\"", "\"500\"", "12  $.checks[1].minFree: expected a size such as \"500MB\" or a percentage such as \"1%\", found \"500\"")]
    [InlineData("\"path\": \"/ai/execute\", \"expectBody\"", "\"expectBody\"", "15  $.smoke[0].path: missing: expected a \"path\", or a whole \"url\"")]
    [InlineData("\"$.output\"", "\"output\"", "15  $.smoke[0].expectBody: expected paths such as \"$.status\" or \"$.items[0].id\", found \"output\"")]
    [InlineData("${gateway.admin}/status", "ftp://x/", "11  $.checks[0].url: expected an address such as \"https://example.org/health\", found \"ftp://x/\"")]

    // Placeholders.
    [InlineData("${gateway.admin}", "${gateway.amdin}", "11  $.checks[0].url: unknown placeholder ${gateway.amdin}. Did you mean \"gateway.admin\"? There are also ${env:NAME} and ${file:path}.")]
    [InlineData("${gateway.admin}", "${gateway.admin", "11  $.checks[0].url: the placeholder \"${gateway.admin/status\" has no end: add \"}\", or write \"$${\" for the text itself")]
    [InlineData("${gateway.admin}", "${env:A B}", "11  $.checks[0].url: ${env:A B} names no environment variable: expected ${env:NAME}, of letters, digits and underscores")]
    [InlineData("${gateway.admin}", "${file:}", "11  $.checks[0].url: ${file:} names no file: expected ${file:path}, relative to the repository")]
    [InlineData("src/Release.Sample", "${env:PROJECT}", "5  $.platform.project: ${env:PROJECT} is not resolved here: write the value itself")]
    public void It_is_one_error_with_its_place(string right, string wrong, string error)
    {
        SampleEnvironment.Text.ShouldContain(right);
        var at = SampleEnvironment.Text.IndexOf(right, StringComparison.Ordinal);
        var text = SampleEnvironment.Text[..at] + wrong + SampleEnvironment.Text[(at + right.Length)..];
        var errors = SampleEnvironment.Errors(text);
        if (wrong.Contains("notify", StringComparison.Ordinal))
        {
            errors.ShouldContain(error);
            errors.ShouldContain("18  $.journal.type: unknown type \"s3\". Known: file.");
            errors.ShouldContain("18  $.evidence.type: unknown type \"foldr\". Did you mean \"folder\"?");
        }
        else
        {
            errors.ShouldBe([error]);
        }
    }

    [Theory]
    [InlineData("", "environments/local.json  is empty: ")]
    [InlineData("\uFEFF \n", "environments/local.json  is empty: ")]
    [InlineData("[]", "1  $: expected an object, found a list")]
    [InlineData("7", "1  $: expected an object, found 7")]
    [InlineData("{", "1  is not JSON: ")]
    [InlineData("{\n'name': 'local' }", "2  is not JSON: ''' is an invalid start of a property name. Expected a '\"'.")]
    [InlineData("{} }", "1  is not JSON: '}' is invalid after a single JSON value. Expected end of data. Mend this first")]
    [InlineData("{\n\n\"a\": NaN }", "3  is not JSON: ")]
    [InlineData("{\n\"name\": \"lo\0cal\" }", "2  a NUL character: the file is damaged, or not saved as UTF-8")]
    public void What_is_no_JSON_says_where(string text, string error)
        => SampleEnvironment.Errors(text).ShouldHaveSingleItem().ShouldStartWith(error);

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void Nesting_of_20000_levels_is_an_error_and_no_crash(string level)
        => SampleEnvironment.Errors("{\"name\":\n" + new StringBuilder().Insert(0, level, 20_000))
            .ShouldBe(["2  nested deeper than 64 levels: write it flatter"]);

    [Fact]
    public void A_number_of_a_thousand_digits_is_an_error()
        => SampleEnvironment.Errors("{\n\"name\": " + new string('9', 1000) + "}")
            .ShouldContain("2  $.name: expected a number of a usual size, found one of hundreds of digits");

    [Fact]
    public void A_thousand_errors_are_told_at_once()
    {
        var checks = string.Join(",\n", Enumerable.Range(0, 1000).Select(i => $"{{ \"id\": \"c{i}\", \"type\": \"nothing\" }}"));
        var errors = SampleEnvironment.Errors(SampleEnvironment.Text.Replace("\"smoke\": [", $"\"smoke\": [{checks},\n", StringComparison.Ordinal));
        errors.Count.ShouldBe(1000);
        errors[999].ShouldBe("1014  $.smoke[999].type: unknown type \"nothing\". Known: command, disk, dns, file, git, grafana, http, junit, mixed, redis, sequence, tcp, tls.");
    }

    [Fact]
    public void Of_very_many_errors_the_message_tells_the_first_and_how_many_more()
    {
        var items = string.Join(",\n", Enumerable.Repeat("7", 1000));
        var error = Should.Throw<ConfigurationException>(
            () => SampleEnvironment.Parse(SampleEnvironment.Text.Replace("\"smoke\": [", $"\"smoke\": [{items},\n", StringComparison.Ordinal)));
        error.Errors.Count.ShouldBe(1000);
        var lines = error.Message.Split(Environment.NewLine);
        lines.Length.ShouldBe(ConfigurationException.MostTold + 1);
        lines[^1].ShouldBe("… and 960 more errors: mend these first, the rest is told then.");
    }

    [Theory]
    [InlineData("7,")]
    [InlineData("{\"a\":1,\"a\":2},")]
    [InlineData("\"${x}\",")]
    public void A_file_full_of_errors_is_read_in_time(string item)
    {
        var items = new StringBuilder().Insert(0, item, 300_000 / item.Length).Append('7');
        var started = TimeProvider.System.GetTimestamp();
        SampleEnvironment.Errors(SampleEnvironment.Text.Replace("\"smoke\": [", $"\"steps\": [{items}], \"smoke\": [{items},\n", StringComparison.Ordinal))
            .ShouldNotBeEmpty();
        SampleEnvironment.Errors(SampleEnvironment.Text.Replace("[10, 50, 100]", $"[{items}]", StringComparison.Ordinal)).ShouldNotBeEmpty();
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(60), "a second or two: time grows with the file, not with its square");
    }

    [Fact]
    public void What_JSON_has_not_does_not_hide_what_follows()
        => SampleEnvironment.Errors(SampleEnvironment.Text
                .Replace("\"local\",", "\"local\", // mine", StringComparison.Ordinal)
                .Replace("[10, 50, 100]", "[10, 50, 100,]", StringComparison.Ordinal)
                .Replace("\"1s\",", "\"1s\", \"tick\": \"x\",", StringComparison.Ordinal)
                .Replace("\"60s\"", "\"\\ud800\"", StringComparison.Ordinal)
                .Replace("0.95", "95", StringComparison.Ordinal))
            .ShouldBe(
            [
                "3  a comment, which JSON has not: remove it",
                "7  a comma before the end of an object or a list: remove it",
                "18  $.gate.tick: the key is there twice: remove one",
                "18  $.gate.tick: expected a duration such as \"30s\", found \"x\". Its units are ms, s, m, h and d, and it is at most 49d",
                "20  $.gate.stepDuration.max: holds half of a character (a lone \\uD800 to \\uDFFF): write the whole character",
                "23  $.gate.objectives[1].quantile: expected a number between 0 and 1 such as 0.95 for type \"latency\", found 95. Did you mean 0.95?",
            ]);

    [Fact]
    public void What_a_run_recorded_is_read_although_rules_came_later()
    {
        var text = SampleEnvironment.Text
            .Replace(", \"metrics\": \"/metrics\"", ", \"gone\": 1", StringComparison.Ordinal)
            .Replace("[10, 50, 100]", "[10, 50]", StringComparison.Ordinal);
        SampleEnvironment.Errors(text).Count.ShouldBe(3);
        EnvironmentFile.ParseRecorded(text, "run 3", SampleEnvironment.Types()).Options.Traffic.Steps.ShouldBe([10, 50]);
    }

    [Fact]
    public void Errors_of_every_kind_are_told_together_in_the_order_of_the_file()
        => SampleEnvironment.Errors(SampleEnvironment.Text
                .Replace("\"ping\"", "\"P\"", StringComparison.Ordinal)
                .Replace("[10, 50, 100]", "[60, 50, 100]", StringComparison.Ordinal)
                .Replace("\"1s\"", "1", StringComparison.Ordinal)
                .Replace("\"warmUp\"", "\"wramUp\"", StringComparison.Ordinal)
                .Replace("0.95", "95", StringComparison.Ordinal))
            .ShouldBe(
            [
                "4  $.services[0].name: expected a name of at most 63 lower-case letters, digits and dashes, found \"P\". Did you mean \"p\"?",
                "7  $.traffic.steps[1]: expected more than the step before (60), found 50",
                "18  $.gate.tick: expected a duration such as \"30s\", found 1. Did you mean \"1s\"?",
                "19  $.gate.wramUp: unknown key. Did you mean \"warmUp\"?",
                "23  $.gate.objectives[1].quantile: expected a number between 0 and 1 such as 0.95 for type \"latency\", found 95. Did you mean 0.95?",
            ]);

    [Fact]
    public void An_empty_object_names_everything_that_is_missing()
        => SampleEnvironment.Errors("{}").ShouldBe(
        [
            "1  $.name: missing: expected a name of at most 63 lower-case letters, digits and dashes",
            "1  $.services: missing: expected a list",
            "1  $.platform: missing: expected an object",
            "1  $.traffic: missing: expected an object",
            "1  $.gate: missing: expected an object",
        ]);

    [Fact]
    public void An_error_names_file_line_and_path()
        => Should.Throw<ConfigurationException>(() => SampleEnvironment.Parse(SampleEnvironment.Text.Replace("\"1s\"", "5", StringComparison.Ordinal)))
            .Message.ShouldBe("environments/local.json:18:13  $.gate.tick: expected a duration such as \"30s\", found 5. Did you mean \"5s\"?");
}
