using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Release.Tests.Gateway;

#pragma warning disable CA2025 // The request is awaited before it is disposed of.

public sealed class StreamingBodies
{
    [Fact]
    public async Task A_response_passes_chunk_by_chunk()
    {
        using var next = new SemaphoreSlim(0);
        await using var backend = await Backend.Start(async context =>
        {
            for (var index = 0; index < 5; index++)
            {
                await context.Response.WriteAsync($"{index}");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync();
            }
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var answer = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[16];
        for (var index = 0; index < 5; index++)
        {
            // The backend goes on only after this chunk has come through.
            (await body.ReadAsync(buffer)).ShouldBe(1);
            buffer[0].ShouldBe((byte)('0' + index));
            next.Release();
        }

        (await body.ReadAsync(buffer)).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_passes_chunk_by_chunk()
    {
        var arrived = Channel.CreateUnbounded<string>();
        await using var backend = await Backend.Start(async context =>
        {
            var buffer = new byte[64];
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer)) > 0)
            {
                await arrived.Writer.WriteAsync(Encoding.UTF8.GetString(buffer, 0, count));
            }
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        var pipe = new Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new Flushing(pipe.Reader) };
        var sending = gateway.Client.SendAsync(request);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        foreach (var word in new[] { "one", "two", "three" })
        {
            // The next word is written only after this one has come through.
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(word));
            (await arrived.Reader.ReadAsync(deadline.Token)).ShouldBe(word);
        }

        await pipe.Writer.CompleteAsync();
        using var answer = await sending;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Twenty_megabytes_arrive_whole_both_ways(bool chunked)
    {
        await using var backend = await Backend.Start(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            context.Response.ContentLength = chunked ? null : body.Length;
            body.Position = 0;
            await body.CopyToAsync(context.Response.Body);
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        var sent = RandomNumberGenerator.GetBytes(20 * 1024 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = new ByteArrayContent(sent) };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await gateway.Client.SendAsync(request);
        var received = await answer.Content.ReadAsByteArrayAsync();
        received.AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_to_continue()
    {
        await using var backend = await Backend.Start(
            async context => await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync()));
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("body") };
        request.Headers.ExpectContinue = true;
        using var answer = await gateway.Client.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("body");
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task Answers_without_a_body_end(string method, int status)
    {
        await using var backend = await Backend.Start(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var gateway = await RunningGateway.Serving((backend.Address, 1));
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var answer = await gateway.Client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(status);
    }

    /// <summary>Sends what is written at once, as a client with a slow source does.</summary>
    private sealed class Flushing(PipeReader source) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            while (true)
            {
                var read = await source.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    await stream.WriteAsync(segment);
                }

                await stream.FlushAsync();
                source.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
