using System.Diagnostics;
using System.Text.Json.Nodes;
using Shop;

// --port N becomes the setting "port": the platform chooses it, so that two versions run side by side.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["port"]}");
builder.Logging.ClearProviders();
var app = builder.Build();

// Whoever makes the artefact puts release.json beside the program: a version belongs to files, not to how they were started.
var identity = Path.Combine(AppContext.BaseDirectory, "release.json");
var version = File.Exists(identity) ? JsonNode.Parse(File.ReadAllText(identity))!["version"]!.GetValue<string>() : "0.0.0-dev";
var metrics = new RequestMetrics();

// Only what callers ask for is counted: questions of the platform and of the gate would hide a slow or failing service.
app.UseWhen(context => context.Request.Path.StartsWithSegments("/prices"), counted => counted.Use(async (context, next) =>
{
    var begin = Stopwatch.GetTimestamp();
    var failed = true;
    try
    {
        await next(context);
        failed = context.Response.StatusCode >= 500;
    }
    finally
    {
        metrics.Count(Stopwatch.GetElapsedTime(begin).TotalSeconds, failed);
    }
}));

app.MapGet("/health", () => Results.Json(new { status = "ok" }));
app.MapGet("/version", () => Results.Json(new { version }));
app.MapGet("/metrics", () => Results.Text(metrics.Text(), "text/plain; version=0.0.4"));
app.MapGet("/prices/{article:int}", (int article) => Results.Json(new { article, price = 100 + (article % 900), currency = "EUR" }));
app.Run();
