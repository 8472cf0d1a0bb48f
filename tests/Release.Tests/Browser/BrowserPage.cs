using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Release.Tests.Browser;

/// <summary>A page in a browser, with everything that it asked for and complained of.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly Chromium _browser;
    private readonly string _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("page-").FullName;
    private TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BrowserPage(Chromium browser, string session) => (_browser, _session) = (browser, session);

    /// <summary>Gets the addresses that the page asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Gets errors, warnings and violations of its policy.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Gets dialogs, new windows and whatever else only a script does.</summary>
    public ConcurrentQueue<string> Acts { get; } = [];

    /// <summary>Opens a document as a person opens the file.</summary>
    public static async Task<BrowserPage> Open(string html, int width = 1280, bool dark = false)
    {
        var browser = await Chromium.Start();
        var target = await browser.Call("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await browser.Call("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        var page = new BrowserPage(browser, attached["sessionId"]!.GetValue<string>());
        browser.OnEvent = page.Saw;
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network", "Audits" })
        {
            _ = await page.Call($"{domain}.enable");
        }

        await page.Look(width, dark);
        var file = Path.Combine(page._folder, "page.html");
        await File.WriteAllTextAsync(file, html);
        _ = await page.Call("Page.navigate", new() { ["url"] = new Uri(file).AbsoluteUri });
        await page._loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return page;
    }

    /// <summary>Changes the window's width and the person's colour scheme.</summary>
    public async Task Look(int width, bool dark = false, int height = 900)
    {
        _ = await Call("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" };
        _ = await Call("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(scheme) });
    }

    /// <summary>The value of an expression, evaluated beside the page's policy, as a debugger does.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        var result = await Call("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return result["exceptionDetails"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : result["result"]!["value"];
    }

    /// <summary>Presses a key.</summary>
    public async Task Press(string key, int code, string text = "")
    {
        _ = await Call("Input.dispatchKeyEvent", new() { ["type"] = "keyDown", ["key"] = key, ["windowsVirtualKeyCode"] = code, ["text"] = text });
        _ = await Call("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key, ["windowsVirtualKeyCode"] = code });
    }

    /// <summary>Prints it.</summary>
    public async Task<byte[]> Print() =>
        Convert.FromBase64String((await Call("Page.printToPDF", new() { ["printBackground"] = true }))["data"]!.GetValue<string>());

    /// <summary>Keeps a picture of all of it for a person's eyes, where <c>SCREENSHOTS</c> names a folder.</summary>
    public async Task Keep(string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            var picture = await Call("Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = true });
            await File.WriteAllBytesAsync(Path.Combine(folder, name), Convert.FromBase64String(picture["data"]!.GetValue<string>()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<JsonNode> Call(string method, JsonObject? parameters = null) => _browser.Call(method, parameters, _session);

    private void Saw(string method, JsonNode? what)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                _ = _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                Requests.Enqueue(what!["request"]!["url"]!.GetValue<string>());
                break;
            case "Log.entryAdded" or "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Audits.issueAdded":
                Complaints.Enqueue(what!.ToJsonString());
                break;
            case "Page.javascriptDialogOpening" or "Page.windowOpen" or "Page.frameRequestedNavigation" or "Page.downloadWillBegin":
                Acts.Enqueue(what!.ToJsonString());
                break;
            default:
                break;
        }
    }
}
