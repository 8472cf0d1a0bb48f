using System.Net;
using System.Text.Json;

namespace Release.Bench.Loads;

/// <summary>
/// Posts to the service's real work a body that comes piece by piece, in chunks, over about 300 ms: a shift of traffic or a
/// retirement falls into many of them.
/// </summary>
internal sealed class PostingSlowly(Uri traffic, int pieces) : HttpCaller(pieces > 1 ? "slow body" : "post", traffic)
{
    private readonly Uri _address = new(traffic, "/ai/execute");

    public override async Task<string?> Call()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new Dribble(pieces) };
        using var answer = JsonDocument.Parse(await Send(request));
        var output = answer.RootElement.GetProperty("output").GetString();
        return output == "pong" ? null : throw new HttpRequestException($"it answered {output} instead of pong");
    }

    private sealed class Dribble(int pieces) : HttpContent
    {
        private static readonly byte[] Body = """{"input":"ping","tool":"echo"}"""u8.ToArray();
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var piece in Body.Chunk((Body.Length + pieces - 1) / pieces))
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
                if (pieces > 1)
                {
                    await Task.Delay(Pause);
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = pieces > 1 ? 0 : Body.Length;
            return pieces == 1;
        }
    }
}
