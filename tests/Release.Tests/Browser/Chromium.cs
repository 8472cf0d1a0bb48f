using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Release.Tests.Browser;

/// <summary>A headless browser of the test's own, driven through its debugging protocol. It is killed at the end.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>A guard against hanging, not an expectation.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly Dictionary<int, TaskCompletionSource<JsonNode>> _answers = [];
    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    private Chromium(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Gets why there is no browser here; null when there is one, or when its absence is to fail.</summary>
    public static string? Missing { get; } = Find() is not null || Environment.GetEnvironmentVariable("RELEASE_REQUIRE_SERVERS") == "true"
        ? null
        : "chromium is not installed (./build.sh Servers installs it on Debian)";

    /// <summary>Gets or sets what is told of every event of a page.</summary>
    public Action<string, JsonNode?>? OnEvent { get; set; }

    /// <summary>Starts it.</summary>
    public static async Task<Chromium> Start()
    {
        var program = Find() ?? throw new InvalidOperationException("chromium is not installed, and nothing may be skipped: run ./build.sh Servers first.");
        var profile = Directory.CreateTempSubdirectory("chromium-").FullName;
        var info = new ProcessStartInfo(program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-sync",
                "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--hide-scrollbars",
                "--remote-debugging-port=0", $"--user-data-dir={profile}",
            },
        };

        // Its sandbox refuses to run as root, as in a container. What it opens here is our own file.
        if (Environment.UserName == "root")
        {
            info.ArgumentList.Add("--no-sandbox");
        }

        info.ArgumentList.Add("about:blank");
        var browser = new Chromium(Process.Start(info)!, profile);
        await browser._socket.ConnectAsync(new Uri(await browser.Address().WaitAsync(Longest)), CancellationToken.None);
        browser._reading = browser.Read();
        return browser;
    }

    /// <summary>Calls a method of the protocol.</summary>
    public async Task<JsonNode> Call(string method, JsonObject? parameters = null, string? session = null)
    {
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        int id;
        lock (_lock)
        {
            id = ++_last;
            _answers[id] = answer;
        }

        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            call["sessionId"] = session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        return await answer.Task.WaitAsync(Longest);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Delete();
    }

    // What it started may still write for a moment.
    private void Delete()
    {
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // The system empties its folder of temporary files.
        }
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser"), Path.Combine(folder, "google-chrome") })
        .FirstOrDefault(File.Exists);

    private async Task<string> Address()
    {
        const string Mark = "DevTools listening on ";
        var said = new StringBuilder();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _ = said.AppendLine(line);
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                // What is not read any more would make it wait some day.
                _ = _process.StandardError.ReadToEndAsync();
                return line[Mark.Length..].Trim();
            }
        }

        throw new InvalidOperationException($"chromium did not start: {said}");
    }

    private async Task Read()
    {
        var (buffer, message) = (new byte[64 * 1024], new MemoryStream());
        while (_socket.State is WebSocketState.Open)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            await message.WriteAsync(buffer.AsMemory(0, part.Count));
            if (!part.EndOfMessage)
            {
                continue;
            }

            var json = JsonNode.Parse(message.ToArray())!;
            message.SetLength(0);
            if (json["id"] is { } id)
            {
                lock (_lock)
                {
                    _ = _answers.Remove(id.GetValue<int>(), out var waiting);
                    _ = json["error"] is { } error
                        ? waiting?.TrySetException(new InvalidOperationException(error.ToJsonString()))
                        : waiting?.TrySetResult(json["result"] ?? new JsonObject());
                }
            }
            else
            {
                OnEvent?.Invoke(json["method"]!.GetValue<string>(), json["params"]);
            }
        }
    }
}
