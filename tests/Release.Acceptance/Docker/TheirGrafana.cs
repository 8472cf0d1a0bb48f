using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Release.Acceptance.Docker;

/// <summary>
/// What an environment tells and asks outside the stack: a Grafana that answers as its HTTP API is described, and somebody's
/// webhook that takes signed notices only.
/// </summary>
internal sealed class TheirGrafana : IAsyncDisposable
{
    public const string Token = "glsa_acceptance";
    public const string HookSecret = "s3cret of the hook";

    private static readonly string[] MembersOfMarks = ["dashboardUID", "panelId", "time", "timeEnd", "tags", "text"];
    private readonly Lock _turn = new();
    private readonly List<JsonObject> _marks = [];
    private readonly Dictionary<string, JsonObject> _notices = [];
    private WebApplication _server = null!;

    /// <summary>Gets the uids of its dashboards.</summary>
    public HashSet<string> Dashboards { get; } = ["execution"];

    public Uri Address => new(_server.Urls.Single());

    public Uri Hook => new(Address, "hook");

    /// <summary>Gets the kinds of the notices that came, each once.</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_turn)
            {
                return [.. _notices.Values.Select(notice => notice["kind"]!.GetValue<string>())];
            }
        }
    }

    public static async Task<TheirGrafana> Start()
    {
        var grafana = new TheirGrafana();
        var builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        var server = grafana._server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        _ = server.MapGet("/api/health", () => Answer(200, new JsonObject { ["database"] = "ok", ["version"] = "10.4.1" }));
        _ = server.MapGet("/api/dashboards/uid/{uid}", (string uid, HttpRequest request) => Known(request) ?? grafana.Dashboard(uid));
        _ = server.MapGet("/api/annotations", (string tags, HttpRequest request) => Known(request) ?? grafana.Marks(tags));
        _ = server.MapPost("/api/annotations", async (HttpRequest request) => Known(request) ?? grafana.Mark(JsonNode.Parse(await Body(request)) as JsonObject));
        _ = server.MapPost("/hook", async (HttpRequest request) => grafana.Notice(request, await Body(request)));
        await server.StartAsync();
        return grafana;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private static async Task<string> Body(HttpRequest request) => await new StreamReader(request.Body, Encoding.UTF8).ReadToEndAsync();

    private static IResult Answer(int status, JsonNode body) => Results.Text(body.ToJsonString(), "application/json", Encoding.UTF8, status);

    private static IResult? Known(HttpRequest request) => request.Headers.Authorization == $"Bearer {Token}" ? null : Answer(401, new JsonObject { ["message"] = "Unauthorized" });

    private IResult Dashboard(string uid) => Dashboards.Contains(uid)
        ? Answer(200, new JsonObject { ["dashboard"] = new JsonObject { ["uid"] = uid, ["title"] = uid }, ["meta"] = new JsonObject() })
        : Answer(404, new JsonObject { ["message"] = "Dashboard not found" });

    private IResult Marks(string tag)
    {
        lock (_turn)
        {
            return Answer(200, new JsonArray([.. _marks.Where(mark => mark["tags"]!.AsArray().Any(t => t!.GetValue<string>() == tag)).Select(mark => mark.DeepClone())]));
        }
    }

    private IResult Mark(JsonObject? mark)
    {
        if (mark is null || mark.Any(member => !MembersOfMarks.Contains(member.Key)) || mark["text"]?.GetValue<string>() is not { Length: > 0 } || mark["timeEnd"]?.GetValue<long>() < mark["time"]!.GetValue<long>())
        {
            return Answer(400, new JsonObject { ["message"] = "Failed to save annotation" });
        }

        lock (_turn)
        {
            _marks.Add(mark);
            return Answer(200, new JsonObject { ["message"] = "Annotation added", ["id"] = _marks.Count });
        }
    }

    private IResult Notice(HttpRequest request, string body)
    {
        var signature = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(HookSecret), Encoding.UTF8.GetBytes(body)))}";
        if (request.Headers["X-Release-Signature"] != signature || JsonNode.Parse(body) is not JsonObject notice || request.Headers["Idempotency-Key"] != notice["key"]?.GetValue<string>())
        {
            return Results.StatusCode(401);
        }

        lock (_turn)
        {
            _notices[notice["key"]!.GetValue<string>()] = notice;
            return Results.NoContent();
        }
    }
}
