using System.Globalization;
using System.Net;
using Release.Drivers.Prometheus;
using Release.Gates;
using Release.Tests.Peers;

namespace Release.Tests.Prometheus;

/// <summary>Answers of Prometheus's API, as its documentation writes them, to a source with a clock that stands.</summary>
internal static class PrometheusDouble
{
    public static readonly DateTimeOffset Now = new(2026, 8, 21, 12, 0, 0, TimeSpan.Zero);

    public static PrometheusMetricsOptions Options(Uri address) => new()
    {
        Type = "prometheus",
        Url = address.ToString(),
        Timeout = TimeSpan.FromSeconds(30),
        MaxAge = TimeSpan.FromSeconds(15),
    };

    public static PrometheusSource Source(Uri address, Func<PrometheusMetricsOptions, PrometheusMetricsOptions>? change = null) =>
        new(change?.Invoke(Options(address)) ?? Options(address), TimeSpan.FromSeconds(5), text => text, new StandingClock());

    /// <summary>One that does not wait long for an answer that never comes.</summary>
    public static PrometheusSource Impatient(Uri address) => Source(address, o => o with { Timeout = TimeSpan.FromMilliseconds(400) });

    public static MeteredInstance Instance(string id = "ping-1", Variant variant = Variant.Candidate, int port = 9) =>
        new(id, variant, "ping", variant is Variant.Candidate ? "1.1.0" : "1.0.0", new Uri($"http://127.0.0.1:{port}/metrics"));

    public static string Matrix(params string[] series) =>
        $$$"""{"status":"success","data":{"resultType":"matrix","result":[{{{string.Join(',', series)}}}]}}""";

    public static string Vector(params (string Labels, string Value)[] series) =>
        $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', series.Select(s => $$"""{"metric":{{{s.Labels}}},"value":[1787313600,"{{s.Value}}"]}"""))}}}]}}""";

    /// <summary>A raw series: values with their ages in seconds.</summary>
    public static string Series(string name, string labels, params (double Age, string Value)[] samples) =>
        $$"""{"metric":{"__name__":"{{name}}","instance":"127.0.0.1:9","job":"ping"{{(labels.Length > 0 ? "," : "")}}{{labels}}},"values":[{{string.Join(',', samples.OrderByDescending(s => s.Age).Select(s => $"[{Seconds(s.Age)},\"{s.Value}\"]"))}}]}""";

    /// <summary>A server that answers each query by the first rule whose word is in it.</summary>
    public static HostileServer Answering(params (string Word, string Body)[] rules) => new(e =>
    {
        var query = WebUtility.UrlDecode(e.Path);
        var body = rules.FirstOrDefault(r => query.Contains(r.Word, StringComparison.Ordinal)).Body ?? Vector();
        return e.Answer(200, body);
    });

    private static string Seconds(double age) => ((Now.ToUnixTimeMilliseconds() / 1000.0) - age).ToString("0.###", CultureInfo.InvariantCulture);

    // Timers run, only the time of day stands.
    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
