using System.Globalization;
using Release.Bench.Machines;

namespace Release.Bench.Figures;

/// <summary>HAProxy as it is installed here, before two targets.</summary>
internal sealed class Haproxy : IAsyncDisposable
{
    private readonly BackgroundProcess _process;

    private Haproxy(BackgroundProcess process, Uri health) => (_process, Health) = (process, health);

    public Uri Health { get; }

    /// <summary>Starts it; null when it is not installed.</summary>
    public static async Task<Haproxy?> Start(Workbench bench, params (int Port, int Weight)[] targets)
    {
        // Debian puts it where only root looks.
        var program = $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin".Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "haproxy")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            return null;
        }

        var (file, port) = (Path.Combine(bench.Folder, "haproxy.cfg"), Sample.FreePort());
        await File.WriteAllTextAsync(file, Configuration(port, targets));
        using var client = new HttpClient();
        var health = new Uri($"http://127.0.0.1:{port}/health");
        var process = await BackgroundProcess.Start(bench.Commands.Terminal, _ => Sample.Answers(client, health), program, "-db", "-f", file);
        return new Haproxy(process, health);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // Connections to the targets are shared, as the gateway shares them.
    private static string Configuration(int port, IEnumerable<(int Port, int Weight)> targets) => string.Create(CultureInfo.InvariantCulture, $"""
        global
          maxconn 4000
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          http-reuse always
        frontend traffic
          bind 127.0.0.1:{port}
          default_backend app
        backend app
          balance roundrobin
        {string.Join('\n', targets.Select(t => $"  server s{t.Port} 127.0.0.1:{t.Port} weight {t.Weight}"))}

        """);
}
