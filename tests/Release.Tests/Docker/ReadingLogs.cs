using Release.Drivers.Docker;

namespace Release.Tests.Docker;

/// <summary>The frames of a log, however they are cut.</summary>
public sealed class ReadingLogs
{
    private static readonly byte[] Log =
    [
        .. TalkingToAnEngine.Frame(1, "2026-01-02T03:04:05.5Z one\n2026-01-02T03:04:06Z tw"),
        .. TalkingToAnEngine.Frame(2, "2026-01-02T03:04:07Z bad\r\n"),
        .. TalkingToAnEngine.Frame(1, ""),
        .. TalkingToAnEngine.Frame(1, "o\nno time"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Lines_are_whole_and_keep_their_channel(int cut)
    {
        var frames = new LogFrames(framed: true);
        List<LogLine> lines = [.. Log.Chunk(cut).SelectMany(part => frames.Add(part))];
        lines.AddRange(frames.Finish());

        lines.Select(line => $"{line.Channel} {line.Text}").ShouldBe(["Output one", "Error bad", "Output two", "Output no time"], ignoreOrder: true);
        lines.First(line => line.Text == "one").At.ShouldBe(new(2026, 1, 2, 3, 4, 5, 500, TimeSpan.Zero));
        lines.First(line => line.Text == "no time").At.ShouldBeNull();
    }

    [Fact]
    public void A_terminal_has_one_channel_and_no_frames() =>
        new LogFrames(framed: false).Add("2026-01-02T03:04:05Z hello\r\n"u8).ShouldBe([new(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), LogChannel.Output, "hello")]);

    [Fact]
    public void What_is_no_frame_is_refused() => Should.Throw<FormatException>(() => new LogFrames(framed: true).Add("2026-01-02T03:04:05Z hello\n"u8));

    [Fact]
    public void A_log_that_ends_in_a_frame_is_refused()
    {
        var frames = new LogFrames(framed: true);
        _ = frames.Add(Log.AsSpan(0, Log.Length - 1));
        _ = Should.Throw<FormatException>(() => frames.Finish());
    }

    [Fact]
    public void A_line_without_end_takes_no_more_than_its_bound()
    {
        var frames = new LogFrames(framed: true);
        _ = frames.Add([1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        var block = new byte[1024 * 1024];
        block.AsSpan().Fill((byte)'x');
        for (var i = 0; i < 20; i++)
        {
            frames.Add(block).ShouldBeEmpty();
        }

        frames.Add("\n"u8).Single().Text.Length.ShouldBe(64 * 1024);
    }
}
