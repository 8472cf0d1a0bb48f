using System.Text.Json;

namespace Release.Sample;

/// <summary>
/// <c>POST /ai/execute</c>: takes <c>{"input":"ping","tool":"echo"}</c>, answers <c>{"output":"pong","trace_id":"…"}</c>.
/// </summary>
internal sealed class ExecuteEndpoint(
    ServiceMetrics metrics, Faults faults, Chance chance, Func<bool> isReadOnly, TimeProvider time)
{
    /// <summary>
    /// Marks the environment's own synthetic traffic. Only such requests meet the background failures: they are there so
    /// that the gate has something to judge, while a load generator from outside that counts failed requests must see
    /// exactly those that the release machinery causes. Injected faults spare nobody.
    /// </summary>
    public const string SyntheticHeader = "X-Release-Synthetic";

    private const double BackgroundFailures = 0.001;
    private const int MaxBody = 1024 * 1024;

    // A candidate's smoke tests come first. Injected failures and resets are there to be caught by the gate, not by their luck.
    private const int SparedByFaults = 5;

    private readonly Capacity? _capacity = faults.Capacity is { } limit ? new(limit, time) : null;
    private int _asked;

    /// <summary>The share of requests that fail, 0 to 1; may be set while it runs, so that a version can turn bad at a moment of a test's choice.</summary>
    public double ErrorRate { get; set; } = faults.ErrorRate;

    public async Task Handle(HttpContext context)
    {
        var isSpared = Interlocked.Increment(ref _asked) <= SparedByFaults;
        if (!isSpared && faults.ResetRate > 0 && chance.Next() < faults.ResetRate)
        {
            context.Abort();
            return;
        }

        metrics.Begin();
        var begin = time.GetTimestamp();
        var answered = false;
        try
        {
            await Answer(context, isSpared);
            answered = true;
        }
        finally
        {
            if (answered || !context.RequestAborted.IsCancellationRequested)
            {
                metrics.End(time.GetElapsedTime(begin), !answered || context.Response.StatusCode == 500);
            }
            else
            {
                metrics.Forget();
            }
        }
    }

    private async Task Answer(HttpContext context, bool isSpared)
    {
        var trace = context.Request.Headers["X-Trace-Id"].ToString();
        if (trace.Length == 0)
        {
            trace = context.TraceIdentifier;
        }

        context.Response.Headers["X-Trace-Id"] = trace;
        var cancellation = context.RequestAborted;
        if (await Read(context.Request, cancellation) is not { } request)
        {
            await Reply.Error(context, 400, "the body must be a JSON object with a string \"input\"");
            return;
        }

        await Task.Delay(chance.Latency() + faults.Latency, time, cancellation);
        if (request.Tool == "write" && isReadOnly())
        {
            await Reply.Error(context, 503, "read-only: the tool \"write\" is refused");
            return;
        }

        if (_capacity?.Takes() == false)
        {
            await Reply.Error(context, 500, "overloaded");
            return;
        }

        if (Fails(context.Request, isSpared))
        {
            await Reply.Error(context, 500, "the model did not answer");
            return;
        }

        var output = request.Input == "ping" ? "pong" : request.Input;
        await Reply.Json(context, 200, writer =>
        {
            writer.WriteString("output", output);
            writer.WriteString("trace_id", trace);
        });
    }

    private bool Fails(HttpRequest request, bool isSpared)
    {
        var injected = isSpared ? 0 : ErrorRate;
        var rate = injected + (request.Headers[SyntheticHeader] == "1" ? BackgroundFailures : 0);
        return rate > 0 && chance.Next() < rate;
    }

    private static async Task<(string Input, string? Tool)?> Read(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxBody)
        {
            return null;
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, default, cancellation);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.String
                ? (input.GetString()!, Tool(root))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Tool(JsonElement root) =>
        root.TryGetProperty("tool", out var tool) && tool.ValueKind == JsonValueKind.String ? tool.GetString() : null;
}
