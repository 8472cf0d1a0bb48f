using System.Text.Json.Nodes;
using Release.Drivers.Grafana;
using Release.Notices;
using Release.Tests.Peers;

namespace Release.Tests.Notices;

/// <summary>A Grafana that takes annotations exactly as its API says, and nothing else.</summary>
public sealed class MarkingInGrafana
{
    private static readonly DateTimeOffset Began = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly Notice Promoted = new("k1", NoticeKind.Promoted, 0, "5", Began.AddMinutes(30), "1.1.0 <serves>") { Since = Began };

    [Fact]
    public async Task A_run_is_a_region_of_the_dashboard_with_its_tags()
    {
        var grafana = new Strict();
        await using var server = new HostileServer(grafana.Answer);
        (await Tell(server, Promoted)).ShouldBe(new(DeliveryOutcome.Delivered, "it is marked"));
        var mark = grafana.Marks.ShouldHaveSingleItem();
        (mark["time"]!.GetValue<long>(), mark["timeEnd"]!.GetValue<long>()).ShouldBe((1_700_000_000_000, 1_700_001_800_000));
        mark["dashboardUID"]!.GetValue<string>().ShouldBe("execution");
        mark["tags"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["release", "prod", "promoted", "notice:k1", "team:ai"]);
        mark["text"]!.GetValue<string>().ShouldBe("1.1.0 &lt;serves&gt;");
    }

    [Fact]
    public async Task A_moment_is_a_line_and_one_that_is_told_twice_is_marked_once()
    {
        var grafana = new Strict();
        await using var server = new HostileServer(grafana.Answer);
        var page = Promoted with { Key = "k2", Kind = NoticeKind.Page, Since = null };
        (await Tell(server, page)).Outcome.ShouldBe(DeliveryOutcome.Delivered);
        (await Tell(server, page)).ShouldBe(new(DeliveryOutcome.Delivered, "it is marked already"));
        grafana.Marks.ShouldHaveSingleItem().AsObject().ContainsKey("timeEnd").ShouldBeFalse();
    }

    [Theory]
    [InlineData(401, DeliveryOutcome.Failed)]
    [InlineData(403, DeliveryOutcome.Failed)]
    [InlineData(400, DeliveryOutcome.Refused)]
    [InlineData(500, DeliveryOutcome.Failed)]
    public async Task What_it_does_not_take_is_said(int status, DeliveryOutcome outcome)
    {
        await using var server = new HostileServer(e => e.Answer(status, "{\"message\":\"\\u001b[2Jno\"}"));
        var receipt = await Tell(server, Promoted);
        receipt.Outcome.ShouldBe(outcome);
        receipt.Detail.ShouldBeFitToShow();
    }

    [Fact]
    public Task No_nonsense_counts_as_marked() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        try
        {
            (await Tell(server, Promoted, TimeSpan.FromMilliseconds(400))).Detail.ShouldBeFitToShow();
        }
        catch (OperationCanceledException)
        {
            // The outbox makes a failure of it.
        }
    });

    private static async Task<DeliveryReceipt> Tell(HostileServer server, Notice notice, TimeSpan? patience = null)
    {
        var options = new GrafanaNotifierOptions { Id = "charts", Type = "grafana", Url = server.Address.ToString(), Token = "t0ken", Dashboard = "execution", Tags = ["team:ai"] };
        using var notifier = new GrafanaNotifier(options, TellingByWebhook.Context());
        using var timeout = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(10));
        return await notifier.Deliver(notice, "prod", timeout.Token);
    }

    private sealed class Strict
    {
        private static readonly string[] Known = ["dashboardUID", "panelId", "time", "timeEnd", "tags", "text"];

        public List<JsonObject> Marks { get; } = [];

        public Task Answer(Exchange exchange)
        {
            if (exchange.Method == "GET" && exchange.Path.StartsWith("/api/annotations?", StringComparison.Ordinal))
            {
                var tag = Uri.UnescapeDataString(exchange.Path.Split("tags=")[1]);
                return exchange.Answer(200, new JsonArray([.. Marks.Where(m => m["tags"]!.AsArray().Any(t => t!.GetValue<string>() == tag)).Select(m => m.DeepClone())]).ToJsonString());
            }

            if (exchange.Method != "POST" || exchange.Path != "/api/annotations" || JsonNode.Parse(exchange.Body) is not JsonObject mark
                || mark.Any(m => !Known.Contains(m.Key)) || mark["text"]?.GetValue<string>() is not { Length: > 0 } || mark["timeEnd"]?.GetValue<long>() < mark["time"]!.GetValue<long>())
            {
                return exchange.Answer(400, "{\"message\":\"Failed to save annotation\"}");
            }

            Marks.Add(mark);
            return exchange.Answer(200, "{\"message\":\"Annotation added\",\"id\":1}");
        }
    }
}
