using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Release.Tools;

namespace Release.Drivers.Docker;

/// <content>Programs in containers that run.</content>
public sealed partial class DockerEngine
{
    private const int FrameHead = 8;
    private const int LongestErrorLine = 16 * 1024;
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs a program in a container to its end. When the call ends before the program does (cancelled, or this process was
    /// killed), the engine closes the program's standard input and lets it go on: what must end then watches its input.
    /// </summary>
    /// <param name="nameOrId">The container; it must run.</param>
    /// <param name="command">The program.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Its exit code; 126 and 127 also where the engine could not start it, with the reason on its standard output.</returns>
    /// <exception cref="DockerException">No answer, a body that breaks off or makes no sense, or a refusal: 404 when there is no such container, 409 when it does not run.</exception>
    public async Task<int> Exec(string nameOrId, ContainerCommand command, CancellationToken cancellation)
    {
        var create = $"containers/{Part(nameOrId)}/exec";
        var id = Whole(HttpMethod.Post, create, await Change(HttpMethod.Post, create, Document(command), Changing, cancellation, done: [201]), answer => answer.Text("Id"));
        var start = await At($"exec/{Part(id)}/start", cancellation);
        using (var content = EngineTransport.Json(new JsonObject { ["Detach"] = false, ["Tty"] = false }))
        using (var body = await _transport.Open(HttpMethod.Post, start, content, Changing, cancellation, isConversation: true))
        {
            await Converse(body, command, cancellation);
        }

        return await ExitCode(id, cancellation);
    }

    private static JsonObject Document(ContainerCommand command) => new()
    {
        ["AttachStdin"] = true,
        ["AttachStdout"] = true,
        ["AttachStderr"] = true,
        ["Tty"] = false, // With a terminal every line feed of a dump would become two characters.
        ["Cmd"] = new JsonArray([.. command.Words.Select(word => (JsonNode)word)]),
        ["Env"] = new JsonArray([.. command.Variables.Select(variable => (JsonNode)variable)]),
        ["User"] = command.User ?? "",
    };

    // A program that ends early reads no further: what could not be written to it then is no failure of its own.
    private static async Task Converse(EngineBody body, ContainerCommand command, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writing = Write(body, command, either.Token);
        var reading = Frames(body, command, either.Token);
        if (await Task.WhenAny(writing, reading) == writing && writing.IsFaulted && writing.Exception.InnerException is not DockerException)
        {
            await either.CancelAsync();
            await Settled(reading);
            await writing;
        }

        try
        {
            await reading;
        }
        finally
        {
            await either.CancelAsync();
            await Settled(writing);
        }
    }

    private static async Task Write(EngineBody body, ContainerCommand command, CancellationToken cancellation)
    {
        await using var input = new ConversationInput(body);
        await command.Input(input, cancellation);
    }

    private static async Task Settled(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // Something else is the reason that is told.
        }
    }

    // As of a log: a byte for the output, three zeros, the length in four bytes, then that many bytes.
    private static async Task Frames(EngineBody body, ContainerCommand command, CancellationToken cancellation)
    {
        var (head, block, lines) = (new byte[FrameHead], new byte[Block], new LineCutter(LongestErrorLine));
        while (await Fill(body, head, cancellation) is > 0 and var got)
        {
            if (got < FrameHead || head[0] > 2 || head[1] != 0 || head[2] != 0 || head[3] != 0)
            {
                throw body.Senseless("its output is not made of frames");
            }

            for (var left = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4)); left > 0;)
            {
                var read = await body.Read(block.AsMemory(0, (int)Math.Min(left, Block)), cancellation);
                if (read == 0)
                {
                    throw body.Senseless("its output ends in the middle of a frame");
                }

                left -= (uint)read;
                if (head[0] == 2)
                {
                    Say(lines.Add(block.AsSpan(0, read)), command.OnErrorLine);
                }
                else
                {
                    await command.Output(block.AsMemory(0, read), cancellation);
                }
            }
        }

        Say(lines.Finish(), command.OnErrorLine);
    }

    private static void Say(IEnumerable<byte[]> lines, Action<string> say)
    {
        foreach (var line in lines)
        {
            say(Encoding.UTF8.GetString(line));
        }
    }

    private static async Task<int> Fill(EngineBody body, byte[] buffer, CancellationToken cancellation)
    {
        var filled = 0;
        for (int read; filled < buffer.Length && (read = await body.Read(buffer.AsMemory(filled), cancellation)) > 0;)
        {
            filled += read;
        }

        return filled;
    }

    // An output that ended is no proof that the program did: an engine that restarts breaks it off as cleanly.
    private async Task<int> ExitCode(string id, CancellationToken cancellation)
    {
        var (path, began) = ($"exec/{Part(id)}/json", _time.GetTimestamp());
        while (_time.GetElapsedTime(began) < Ending)
        {
            var state = await Find(path, answer => new ExecState(answer.Flag("Running"), answer.OptionalNumber("ExitCode")), cancellation)
                ?? throw _transport.Unavailable(HttpMethod.Get, path, "does not know the program any more, so how it ended is not known");
            if (state is { Running: false, ExitCode: { } code })
            {
                return (int)code;
            }

            await Task.Delay(Again, _time, cancellation);
        }

        throw _transport.Unavailable(HttpMethod.Get, path, "ended the program's output, but says that it runs");
    }

    private sealed record ExecState(bool Running, long? ExitCode);

    /// <summary>A program's standard input: writing only, and nobody but the call's end closes it.</summary>
    private sealed class ConversationInput(EngineBody body) : OutgoingStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => body.Write(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
