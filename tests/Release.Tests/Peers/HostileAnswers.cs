using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Release.Tests.Peers;

/// <summary>Everything that a peer may answer and should not, by name. None is a proper answer to anything.</summary>
internal static class HostileAnswers
{
    /// <summary>Escape sequence, direction override and workflow command in one.</summary>
    public const string Text = "\e[31mred\u202Eder\r\n::error::x\n##[error]y\0\a";

    private const string Json = "Content-Type: application/json\r\n";

    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string('x', 16 * 1024));

    private static readonly TimeSpan NowAndThen = TimeSpan.FromMilliseconds(20);

    /// <summary>64 MiB of zeros in 64 kB.</summary>
    private static readonly Lazy<byte[]> Bomb = new(() =>
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        return packed.ToArray();
    });

    /// <summary>Answers that never end, or never come: only a deadline or a bound ends them.</summary>
    public static IReadOnlyDictionary<string, Func<Exchange, Task>> Endless { get; } = new Dictionary<string, Func<Exchange, Task>>
    {
        ["silence"] = e => e.Silence(),
        ["half a status line"] = async e =>
        {
            await e.Send("HTTP/1.1 2");
            await e.Silence();
        },
        ["headers, then silence"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 100\r\n\r\n");
            await e.Silence();
        },
        ["a byte now and then"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}\r\n{{\"data\":[");
            await e.Forever(" "u8.ToArray(), NowAndThen);
        },
        ["a chunk now and then"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\n");
            await e.Forever("1\r\n \r\n"u8.ToArray(), NowAndThen);
        },
        ["a header line now and then"] = async e =>
        {
            await e.Send("HTTP/1.1 200 OK\r\n");
            await e.Forever("A: b\r\n"u8.ToArray(), NowAndThen);
        },
        ["headers without end"] = async e =>
        {
            await e.Send("HTTP/1.1 200 OK\r\n");
            await e.Forever(Many("A: b\r\n"));
        },
        ["a header line without end"] = async e =>
        {
            await e.Send("HTTP/1.1 200 OK\r\nA: ");
            await e.Forever(Block);
        },
        ["a status line without end"] = async e =>
        {
            await e.Send("HTTP/1.1 200 ");
            await e.Forever(Block);
        },
        ["100 continue without end"] = e => e.Forever(Many("HTTP/1.1 100 Continue\r\n\r\n")),
        ["a body without end"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}\r\n{{\"data\":\"");
            await e.Forever(Block);
        },
        ["a chunk without end"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n");
            await e.Forever(Block);
        },
        ["chunk extensions without end"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\n1;");
            await e.Forever(Block);
        },
        ["trailers without end"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\n0\r\n");
            await e.Forever(Many("A: b\r\n"));
        },
    };

    /// <summary>Answers that come, and are wrong.</summary>
    public static IReadOnlyDictionary<string, Func<Exchange, Task>> Wrong { get; } = new Dictionary<string, Func<Exchange, Task>>
    {
        ["closed at once"] = _ => Task.CompletedTask,
        ["reset at once"] = e => e.Reset(),
        ["reset in the body"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 100\r\n\r\n{{\"data\":[");
            await e.Reset();
        },
        ["a body that is too short"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 100\r\n\r\n{{\"data\":[]}}"),
        ["a length of a terabyte"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 1099511627776\r\n\r\n{{}}"),
        ["a length that is no number"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 99999999999999999999\r\n\r\n{{\"data\":["),
        ["a negative length"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: -1\r\n\r\n{{\"data\":["),
        ["two lengths"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 3\r\nContent-Length: 9\r\n\r\n{{\"data\":[]}}"),
        ["no chunk"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\nnot a chunk\r\n"),
        ["a chunk that is cut off"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\nff\r\n{{\"data\":["),
        ["a chunk of more than 64 bits"] = e => e.Send($"HTTP/1.1 200 OK\r\n{Json}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{{"),
        ["HTTP 1.0, cut off"] = e => e.Send("HTTP/1.0 200 OK\r\n\r\n{\"data\":["),
        ["HTTP 0.9"] = e => e.Send("<html>hello</html>"),
        ["SSH"] = e => e.Send("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        ["a TLS alert"] = e => e.Send([0x15, 3, 3, 0, 2, 2, 40]),
        ["a status of four digits"] = e => e.Send("HTTP/1.1 2000 OK\r\n\r\n"),
        ["switching protocols"] = e => e.Send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\u0001\u0002"),
        ["headers that are none"] = e => e.Send("HTTP/1.1 200 OK\r\nno colon here\r\n: no name\r\n\r\n{"),
        ["hostile words in the status"] = e => e.Send($"HTTP/1.1 500 {Text.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\n', ' ')}\r\nContent-Length: 0\r\n\r\n"),
        ["hostile words in the body"] = e => e.Answer(500, $"{{\"message\":{JsonSerializer.Serialize(Text)}}}"),
        ["hostile words and no JSON"] = e => e.Answer(400, Text, "Content-Type: text/plain\r\n"),
        ["an empty body"] = e => e.Answer(200, ""),
        ["no content"] = e => e.Send("HTTP/1.1 204 No Content\r\n\r\n"),
        ["not modified"] = e => e.Send("HTTP/1.1 304 Not Modified\r\n\r\n"),
        ["a page"] = e => e.Answer(200, "<html><body>Sign in to the hotel's network</body></html>", "Content-Type: text/html\r\n"),
        ["a missing page that is not the peer's"] = e => e.Answer(404, "<html>nginx</html>", "Content-Type: text/html\r\n"),
        ["200 with an error in it"] = e => e.Answer(200, "{\"message\":\"An unexpected error occurred\"}"),
        ["JSON that is cut off"] = e => e.Answer(200, "{\"data\":[{\"target\":\"127.0.0.1:1001\",\"weight\":100"),
        ["two documents"] = e => e.Answer(200, "{\"data\":[]}{\"data\":[]}"),
        ["a list for an object"] = e => e.Answer(200, "[1,2,3]"),
        ["null"] = e => e.Answer(200, "null"),
        ["20,000 lists in each other"] = e => e.Answer(200, new string('[', 20_000) + new string(']', 20_000)),
        ["20,000 objects in each other"] = e => e.Answer(200, string.Concat(Enumerable.Repeat("{\"data\":", 20_000)) + "1" + new string('}', 20_000)),
        ["a name twice"] = e => e.Answer(200, "{\"data\":[],\"data\":[{\"target\":\"127.0.0.1:1001\",\"weight\":1}],\"message\":\"a\",\"message\":\"b\"}"),
        ["half a character"] = e => e.Answer(200, "{\"data\":[{\"target\":\"\\ud800\",\"weight\":1,\"\\udfff\":1}],\"message\":\"\\ud800\"}"),
        ["not UTF-8"] = e => e.Answer(200, [.. "{\"data\":[{\"target\":\""u8, 0xC3, 0x28, 0xFF, .. "\",\"weight\":1}]}"u8]),
        ["UTF-16"] = e => e.Answer(200, Encoding.Unicode.GetBytes("{\"data\":[]}")),
        ["a character set that nobody has"] = e => e.Answer(200, "{\"message\":\"x\"}", "Content-Type: application/json; charset=klingon\r\n"),
        ["only a byte order mark"] = e => e.Answer(200, "\uFEFF"),
        ["zeros"] = e => e.Answer(200, new byte[4096]),
        ["a gzip bomb"] = e => e.Answer(200, Bomb.Value, Json + "Content-Encoding: gzip\r\n"),
        ["gzip that is none"] = e => e.Answer(200, "{\"data\":[", Json + "Content-Encoding: gzip\r\n"),
        ["9 MB"] = async e =>
        {
            await e.Send($"HTTP/1.1 200 OK\r\n{Json}Content-Length: 9000000\r\n\r\n");
            await e.Send(new byte[9_000_000]);
        },
        ["to another host"] = e => e.Answer(302, "", "Location: http://169.254.169.254/latest/meta-data/\r\n"),
        ["to itself"] = e => e.Answer(307, "", $"Location: {e.Path}\r\n"),
        ["to a file"] = e => e.Answer(301, "", "Location: file:///etc/passwd\r\n"),
        ["to nowhere"] = e => e.Answer(308, "", "Location: http://\u0001[::bad/\r\n"),
        ["later, in ten thousand years"] = e => e.Answer(429, "{\"message\":\"slow down\"}", "Retry-After: 315360000000\r\n"),
        ["unavailable, back in the year 9999"] = e => e.Answer(503, "{\"message\":\"later\"}", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
    };

    public static IReadOnlyDictionary<string, Func<Exchange, Task>> All { get; } = Endless.Concat(Wrong).ToDictionary();

    private static byte[] Many(string line) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 500)));

    /// <summary>Tries all of them at once, since most of each is waiting; what failed is named.</summary>
    public static async Task Each(IReadOnlyDictionary<string, Func<Exchange, Task>> answers, Func<HostileServer, string, Task> attempt)
    {
        var problems = await Task.WhenAll(answers.Select(async answer =>
        {
            await using var server = new HostileServer(answer.Value);
            try
            {
                // A wait that would never end is a failed test, not a hanging one.
                await attempt(server, answer.Key).WaitAsync(TimeSpan.FromSeconds(60));
                return null;
            }
            catch (Exception problem) when (problem is ShouldAssertException or TimeoutException or InvalidOperationException)
            {
                return $"{answer.Key}: {problem.Message}";
            }
        }));
        problems.OfType<string>().ShouldBeEmpty();
    }

    /// <summary>What every message about a peer must be, whatever the peer said.</summary>
    public static void ShouldBeFitToShow(this string message)
    {
        message.ShouldNotBeNull();
        message.ShouldNotBeEmpty();
        message.Length.ShouldBeLessThan(1000);
        message.ShouldAllBe(c => !char.IsControl(c) && c != '\u202E' && c != '\uFEFF' && !char.IsSurrogate(c));
        message.ShouldNotContain("##[");
        message.ShouldNotStartWith("::");
        message.ShouldNotContain("   at ");
        message.ShouldNotContain("System.");
    }
}
