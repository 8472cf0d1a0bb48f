using System.Text;
using Release.Drivers.Docker;

namespace Release.Tests.Docker;

/// <summary>Goal: what a program in a container writes comes out byte by byte, and how it ended is never guessed. Method: an engine that answers as the test says.</summary>
public sealed class RunningProgramsInContainers
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Its_outputs_come_apart_its_input_arrives_and_its_exit_code_is_known()
    {
        var asked = new TaskCompletionSource<string>();
        await using var engine = Engine(async (stream, cancellation) =>
        {
            var line = new byte[7];
            await stream.ReadExactlyAsync(line, cancellation);
            asked.SetResult(Encoding.UTF8.GetString(line));
            await stream.WriteAsync(Frame(1, "one\r\n\0"), cancellation);
            await stream.WriteAsync(Frame(2, "trou"), cancellation);
            await stream.WriteAsync(Frame(2, "ble\nmore"), cancellation);
            await stream.WriteAsync(Frame(1, "two"), cancellation);
        }, exitCode: 3);
        using var client = new DockerEngine(engine.Host, TimeProvider.System);
        var (output, errors) = (new MemoryStream(), new List<string>());

        var code = await client.Exec("db", new(["sh", "-c", "x"]) { Input = async (input, token) => await input.WriteAsync("s3cret\n"u8.ToArray(), token), Output = async (bytes, token) => await output.WriteAsync(bytes, token), OnErrorLine = errors.Add }, default);

        code.ShouldBe(3);
        (await asked.Task.WaitAsync(Limit)).ShouldBe("s3cret\n");
        Encoding.UTF8.GetString(output.ToArray()).ShouldBe("one\r\n\0two");
        errors.ShouldBe(["trouble", "more"]);
        engine.Asked.ShouldNotContain(line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Input_that_nobody_reads_any_more_does_not_hide_how_the_program_ended()
    {
        await using var engine = Engine((stream, cancellation) => stream.WriteAsync(Frame(2, "no space\n"), cancellation).AsTask(), exitCode: 1);
        using var client = new DockerEngine(engine.Host, TimeProvider.System);

        (await client.Exec("db", new(["x"]) { Input = async (input, token) => { while (true) { await input.WriteAsync(new byte[64 * 1024], token); } } }, default)).ShouldBe(1);
    }

    [Fact]
    public async Task An_input_that_cannot_be_read_ends_the_call_with_its_own_reason()
    {
        await using var engine = Engine((stream, cancellation) => Silent(stream, cancellation), exitCode: 0);
        using var client = new DockerEngine(engine.Host, TimeProvider.System);

        (await Should.ThrowAsync<InvalidOperationException>(() => client.Exec("db", new(["x"]) { Input = (_, _) => throw new InvalidOperationException("the disk is gone") }, default))).Message.ShouldBe("the disk is gone");
    }

    [Theory]
    [InlineData("no frames at all", "is not made of frames")]
    [InlineData("\u0001\0\0\0\0\0\0\u0009half", "ends in the middle of a frame")]
    [InlineData("\u0001\0\0", "is not made of frames")]
    public async Task Output_that_breaks_off_is_never_taken_for_the_whole(string bytes, string said)
    {
        await using var engine = Engine((stream, cancellation) => stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), cancellation).AsTask(), exitCode: 0);
        using var client = new DockerEngine(engine.Host, TimeProvider.System);

        (await Should.ThrowAsync<DockerUnavailableException>(() => client.Exec("db", new(["x"]), default))).Message.ShouldContain(said);
    }

    [Fact]
    public async Task Output_that_ends_cleanly_while_the_engine_forgot_the_program_is_no_success()
    {
        await using var engine = Engine((_, _) => Task.CompletedTask, exitCode: null);
        using var client = new DockerEngine(engine.Host, TimeProvider.System);

        (await Should.ThrowAsync<DockerUnavailableException>(() => client.Exec("db", new(["x"]), default))).Message.ShouldContain("how it ended is not known");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_closes_the_programs_input()
    {
        var (reached, closed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var engine = Engine(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Frame(1, "x"), cancellation);
            await Silent(stream, cancellation);
            closed.SetResult();
        }, exitCode: 0);
        using var client = new DockerEngine(engine.Host, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var call = client.Exec("db", new(["x"]) { Output = (_, _) => { reached.SetResult(); return Task.CompletedTask; } }, stop.Token);
        await reached.Task.WaitAsync(Limit);
        await stop.CancelAsync();

        _ = await Should.ThrowAsync<OperationCanceledException>(() => call);
        await closed.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_container_that_does_not_run_is_the_engines_refusal()
    {
        await using var engine = await EngineDouble.Answering(409, "{\"message\":\"Container db is not running\"}");
        using var client = new DockerEngine(engine.Host, TimeProvider.System);

        var refused = await Should.ThrowAsync<DockerRefusedException>(() => client.Exec("db", new(["x"]), default));
        (refused.Status, refused.Message.Contains("is not running", StringComparison.Ordinal)).ShouldBe((409, true));
    }

    private static ConversingEngine Engine(Func<Stream, CancellationToken, Task> program, int? exitCode) => new(program, exitCode);

    // Until the other side closes.
    private static async Task Silent(Stream stream, CancellationToken cancellation)
    {
        var block = new byte[100];
        try
        {
            while (await stream.ReadAsync(block, cancellation) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
        }
    }

    private static byte[] Frame(byte output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [output, 0, 0, 0, 0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
