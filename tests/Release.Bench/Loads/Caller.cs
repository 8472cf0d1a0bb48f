using System.Text.Json;

namespace Release.Bench.Loads;

/// <summary>One way to use the service, again and again. Whatever it throws is a failed request.</summary>
internal abstract class Caller(string kind) : IDisposable
{
    /// <summary>Gets what it does, in a word.</summary>
    public string Kind => kind;

    /// <summary>Makes one request and checks its answer.</summary>
    /// <returns>The version that answered; null where the answer does not say.</returns>
    public abstract Task<string?> Call();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>Calls by HTTP, over connections that are kept.</summary>
internal abstract class HttpCaller(string kind, Uri traffic) : Caller(kind)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    protected Uri Traffic => traffic;

    protected HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Longest };

    /// <summary>Sends, and reads the whole answer, which must be a success.</summary>
    protected async Task<byte[]> Send(HttpRequestMessage request)
    {
        using var answer = await Client.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? body
            : throw new HttpRequestException($"{(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
    }

    protected override void Dispose(bool disposing) => Client.Dispose();
}

/// <summary>Asks who serves: the shortest answer that names its version.</summary>
internal sealed class AskingWhoServes(Uri traffic) : HttpCaller("short", traffic)
{
    private readonly Uri _address = new(traffic, "/health/info");

    public override async Task<string?> Call()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        using var answer = JsonDocument.Parse(await Send(request));
        return answer.RootElement.GetProperty("version").GetString();
    }
}
