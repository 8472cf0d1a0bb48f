namespace Release.Drivers.Docker;

/// <summary>A body that is read as it comes. What breaks off is unavailable, whoever broke it off but the caller.</summary>
internal sealed class EngineBody(EngineTransport transport, HttpMethod method, string path, HttpResponseMessage response, Stream body) : IDisposable
{
    /// <summary>The next bytes; 0 at the end of the body.</summary>
    /// <exception cref="DockerUnavailableException">It broke off.</exception>
    public async ValueTask<int> Read(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (Exception problem) when (EngineTransport.IsNoAnswer(problem, cancellation))
        {
            throw transport.Unavailable(method, path, $"broke off in the middle of its answer: {problem.GetBaseException().Message}", problem);
        }
    }

    /// <summary>Writes to the other side of a conversation; may be called while another reads.</summary>
    /// <exception cref="DockerUnavailableException">It broke off.</exception>
    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await body.WriteAsync(bytes, cancellation);
        }
        catch (Exception problem) when (EngineTransport.IsNoAnswer(problem, cancellation))
        {
            throw transport.Unavailable(method, path, $"takes no more input: {problem.GetBaseException().Message}", problem);
        }
    }

    /// <summary>What there is to throw about a body that makes no sense.</summary>
    public DockerUnavailableException Senseless(string why) => transport.Unavailable(method, path, $"answered with what cannot be relied on: {why}");

    public void Dispose()
    {
        body.Dispose();
        response.Dispose();
    }
}
