using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Release.Tests.Prometheus;

/// <summary>A Prometheus server of its own, on a free loopback port, with its data in a folder of its own.</summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private RealPrometheus(Process process, DirectoryInfo folder, int port) => (_process, _folder, Address) = (process, folder, new Uri($"http://127.0.0.1:{port}/"));

    public Uri Address { get; }

    /// <summary>Starts one that scrapes each target every second, as a job of its own.</summary>
    /// <param name="targets">Jobs and addresses.</param>
    /// <param name="openMetrics">Past data, or null.</param>
    public static async Task<RealPrometheus> Start((string Job, Uri Address)[] targets, string? openMetrics = null)
    {
        var folder = Directory.CreateTempSubdirectory("release-prometheus-");
        var configuration = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n" + string.Concat(targets.Select(t =>
            $"- job_name: {t.Job}\n  static_configs: [{{ targets: [\"{t.Address.Authority}\"] }}]\n")));
        var data = Path.Combine(folder.FullName, "data");
        if (openMetrics is not null)
        {
            var file = Path.Combine(folder.FullName, "past.om");
            await File.WriteAllTextAsync(file, openMetrics);
            (await Run("promtool", "tsdb", "create-blocks-from", "openmetrics", file, data)).Exit.ShouldBe(0);
        }

        var port = FreePort();
        var info = Quiet("prometheus", $"--config.file={configuration}", $"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=10y", $"--web.listen-address=127.0.0.1:{port}");
        var started = Process.Start(info)!;
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var server = new RealPrometheus(started, folder, port);
        await server.WaitFor("-/ready", text => true);
        return server;
    }

    /// <summary>Asks until the answer is as expected; thirty seconds at most.</summary>
    public async Task WaitFor(string path, Func<string, bool> isThere)
    {
        using var client = new HttpClient { BaseAddress = Address };
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.IsSuccessStatusCode && isThere(await answer.Content.ReadAsStringAsync()))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"{path} is not as expected");
            await Task.Delay(50);
        }
    }

    /// <summary>Runs one of its tools to the end.</summary>
    public static async Task<(int Exit, string Output)> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Quiet(program, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Ends it at once, as a failing machine would.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static ProcessStartInfo Quiet(string program, params string[] arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A service that counts as many requests as the test says.</summary>
internal sealed class CountingService : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly double _startedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private CountingService(WebApplication server) => _server = server;

    public Uri Address => new(_server.Urls.Single());

    public long Requests { get; set; }

    public long Errors { get; set; }

    public string Labels { get; init; } = "";

    public static async Task<CountingService> Start(string labels = "")
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var service = new CountingService(builder.Build()) { Labels = labels };
        service._server.Run(async http =>
        {
            http.Response.ContentType = "text/plain; version=0.0.4";
            await http.Response.WriteAsync(service.Text());
        });
        await service._server.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private string Text()
    {
        var (own, le) = (Labels.Length > 0 ? $"{{{Labels}}}" : "", Labels.Length > 0 ? Labels + "," : "");
        string[] lines =
        [
            $"ai_requests_total{own} {Requests}",
            $"ai_request_errors_total{own} {Errors}",
            $"ai_request_duration_seconds_bucket{{{le}le=\"0.1\"}} {Requests * 9 / 10}",
            $"ai_request_duration_seconds_bucket{{{le}le=\"+Inf\"}} {Requests}",
            $"queue_length{own} 7",
            string.Create(CultureInfo.InvariantCulture, $"process_start_time_seconds {_startedAt}"),
        ];
        return string.Concat(lines.Select(l => l + "\n"));
    }
}
