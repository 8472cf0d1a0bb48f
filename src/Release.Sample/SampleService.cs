using System.Text.Json;

namespace Release.Sample;

/// <summary>What an instance answers, by method and path.</summary>
internal sealed class SampleService
{
    private readonly ArtefactIdentity _identity;
    private readonly Faults _faults;
    private readonly PathString _below;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;
    private readonly DateTimeOffset _startedAt;
    private readonly ServiceMetrics _metrics;
    private readonly ExecuteEndpoint _execute;
    private readonly MetricsEndpoint _exposed;
    private volatile bool _readOnly;

    public SampleService(
        ArtefactIdentity identity, SampleOptions options, Chance chance, TimeProvider time, CancellationToken stopping)
    {
        _identity = identity;
        _faults = options.Faults;
        _below = options.Below;
        _time = time;
        _stopping = stopping;
        _startedAt = time.GetUtcNow();
        _metrics = new ServiceMetrics(_startedAt);
        _exposed = new MetricsEndpoint(_metrics, options.Faults, time);
        _execute = new ExecuteEndpoint(_metrics, options.Faults, chance, () => _readOnly, time);
    }

    public async Task Handle(HttpContext context)
    {
        try
        {
            await Dispatch(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away: nobody is left to answer.
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await Reply.Error(context, error.StatusCode, error.Message);
        }
    }

    private Task Dispatch(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path);

        // A service whose own paths begin like its route answers both: /ai/health/info as /health/info, and /ai/execute as itself.
        return (_below.HasValue && path.StartsWithSegments(_below, out var rest) ? Answer(context, method, rest) : null)
            ?? Answer(context, method, path)
            ?? Reply.Error(context, 404, "not found");
    }

    private Task? Answer(HttpContext context, string method, PathString path) => path.Value switch
    {
        "/ai/execute" => method == "POST" ? _execute.Handle(context) : NotAllowed(context, "POST"),
        "/echo" => method == "GET" ? EchoEndpoint.Handle(context) : NotAllowed(context, "GET"),
        "/health" => Reads(method) ? Health(context) : NotAllowed(context, "GET"),
        "/health/info" => Reads(method) ? Info(context) : NotAllowed(context, "GET"),
        "/metrics" => Reads(method)
            ? _exposed.Handle(context)
            : NotAllowed(context, "GET"),
        "/admin/readonly" => method == "POST" ? SetReadOnly(context) : NotAllowed(context, "POST"),
        "/admin/error-rate" => method == "POST" ? SetErrorRate(context) : NotAllowed(context, "POST"),
        _ => null,
    };

    private static bool Reads(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static Task NotAllowed(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return Reply.Error(context, 405, $"use {allowed}");
    }

    private Task Health(HttpContext context)
    {
        var status = _stopping.IsCancellationRequested
            ? "stopping"
            : _time.GetUtcNow() - _startedAt < _faults.BootDelay ? "starting" : "ok";
        return Reply.Json(context, status == "ok" ? 200 : 503, writer => writer.WriteString("status", status));
    }

    private Task Info(HttpContext context) =>
        Reply.Json(context, 200, writer =>
        {
            writer.WriteString("service", _identity.Service);
            writer.WriteString("version", _identity.Version);
            writer.WriteNumber("pid", Environment.ProcessId);
            writer.WriteString("startedAt", _startedAt.UtcDateTime);
            writer.WriteBoolean("readonly", _readOnly);
        });

    private async Task SetErrorRate(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("errorRate", out var value)
                && value.ValueKind is JsonValueKind.Number && value.GetDouble() is >= 0 and <= 1 and var rate)
            {
                _execute.ErrorRate = rate;
                await Reply.Json(context, 200, writer => writer.WriteNumber("errorRate", rate));
                return;
            }
        }
        catch (JsonException)
        {
            // Answered below, as any other body that is not what it should be.
        }

        await Reply.Error(context, 400, "the body must be {\"errorRate\":0.3}, from 0 to 1");
    }

    private async Task SetReadOnly(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("readonly", out var value)
                && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                _readOnly = value.GetBoolean();
                await Reply.Json(context, 200, writer => writer.WriteBoolean("readonly", _readOnly));
                return;
            }
        }
        catch (JsonException)
        {
            // Answered below, as any other body that is not what it should be.
        }

        await Reply.Error(context, 400, "the body must be {\"readonly\":true} or {\"readonly\":false}");
    }
}
