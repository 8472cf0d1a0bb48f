using System.Text.Json.Nodes;
using Release.Drivers.Kong;
using Release.Runs;

namespace Release.Tests.Peers;

/// <summary>How an answer is lost.</summary>
public enum Loss
{
    /// <summary>The connection is reset before anything happened.</summary>
    ResetBefore,

    /// <summary>It happened, and the connection is reset.</summary>
    ResetAfter,

    /// <summary>It happened, and the connection is closed in the middle of the answer.</summary>
    CutAfter,

    /// <summary>It happened, and nothing is ever said about it.</summary>
    SilenceAfter,

    /// <summary>It happened, and a proxy in between says that the gateway timed out.</summary>
    TimeoutOfAProxy,

    /// <summary>It happened, and the answer is 200 and nonsense.</summary>
    Nonsense,
}

/// <summary>A Kong with one upstream that keeps effects, and loses the answers of one call and of those it is repeated by.</summary>
internal sealed class RememberingKong : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _targets = new(StringComparer.Ordinal);
    private readonly HostileServer _server;
    private readonly KongAdmin _admin;
    private Loss? _loss;
    private int _left;
    private string? _lost;

    private RememberingKong(Loss loss)
    {
        // Long enough that only what never comes is late, also on a busy machine.
        _server = new HostileServer(Answer);
        _admin = new KongAdmin(_server.Address, TimeProvider.System, TimeSpan.FromSeconds(loss == Loss.SilenceAfter ? 1 : 5));
        Step = AskingAHostileKong.Shift(_admin);
    }

    public ShiftTrafficStep Step { get; }

    public Before Before { get; private set; } = null!;

    public int Additions { get; private set; }

    /// <summary>Whether at any time nobody had weight: then every request would have failed.</summary>
    public bool Starved { get; private set; }

    public string Weights
    {
        get
        {
            lock (_gate)
            {
                return string.Join(' ', _targets.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"));
            }
        }
    }

    public static async Task<RememberingKong> WithStable(Loss loss)
    {
        var kong = new RememberingKong(loss);
        kong._targets["127.0.0.1:1001"] = 10_000;
        kong.Before = new Before((await kong.Step.Observe(default)).Seen);
        return kong;
    }

    /// <summary>Does it while the answer of the given call is lost, also when it is repeated; false when it made fewer calls.</summary>
    public async Task<bool> Losing(Loss loss, int call, Func<Task> change)
    {
        (_loss, _left, _lost) = (loss, call, null);
        try
        {
            await change();
            _lost.ShouldBeNull("an answer that was lost is no success");
            return false;
        }
        catch (KongException problem)
        {
            _lost.ShouldNotBeNull(problem.Message);
            problem.Message.ShouldBeFitToShow();
            problem.Message.ShouldContain(_server.Address.ToString());
            if (loss != Loss.Nonsense && !_lost.StartsWith("GET", StringComparison.Ordinal))
            {
                problem.Message.ShouldContain("is not known");
            }

            return true;
        }
        finally
        {
            _loss = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    private async Task Answer(Exchange exchange)
    {
        var call = $"{exchange.Method} {exchange.Path}";
        var loss = Loses(call);
        if (loss == Loss.ResetBefore)
        {
            await exchange.Reset();
            return;
        }

        var (status, body) = Change(exchange);
        await (loss switch
        {
            Loss.ResetBefore or Loss.ResetAfter => exchange.Reset(),
            Loss.CutAfter => exchange.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":"),
            Loss.SilenceAfter => exchange.Silence(),
            Loss.TimeoutOfAProxy => exchange.Answer(504, "<html>Gateway Timeout</html>", "Content-Type: text/html\r\n"),
            Loss.Nonsense => exchange.Answer(200, "{}"),
            null => exchange.Answer(status, body),
            _ => throw new ArgumentOutOfRangeException(nameof(exchange)),
        });
    }

    private Loss? Loses(string call)
    {
        lock (_gate)
        {
            _lost ??= _loss is not null && --_left == 0 ? call : null;
            return _loss is not null && _lost == call ? _loss : null;
        }
    }

    private (int Status, string Body) Change(Exchange exchange)
    {
        lock (_gate)
        {
            var name = Uri.UnescapeDataString(exchange.Path.Split('/')[^1]);
            var sent = exchange.Body.Length == 0 ? [] : JsonNode.Parse(exchange.Body)!.AsObject();
            switch (exchange.Method)
            {
                case "GET":
                    var all = _targets.Select(pair => $"{{\"id\":\"1\",\"target\":\"{pair.Key}\",\"weight\":{pair.Value}}}");
                    return (200, $"{{\"data\":[{string.Join(',', all)}],\"next\":null}}");
                case "POST" when !_targets.TryAdd(sent["target"]!.GetValue<string>(), sent["weight"]!.GetValue<int>()):
                    return (409, "{\"message\":\"UNIQUE violation\"}");
                case "POST":
                    Additions++;
                    return (201, "{\"id\":\"1\"}");
                case "PATCH" when _targets.ContainsKey(name):
                    _targets[name] = sent["weight"]!.GetValue<int>();
                    Starved |= _targets.Values.Sum() == 0;
                    return (200, "{\"id\":\"1\"}");
                case "DELETE":
                    Starved |= _targets.GetValueOrDefault(name) > 0;
                    _ = _targets.Remove(name);
                    return (204, "");
                default:
                    return (404, "{\"message\":\"Not found\"}");
            }
        }
    }
}
