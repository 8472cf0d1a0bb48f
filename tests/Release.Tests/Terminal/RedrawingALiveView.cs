using System.Text;
using Release.Components.Terminal;
using Release.Tests.Journal;

namespace Release.Tests.Terminal;

/// <summary>When the view is drawn, on a clock that moves only when told to.</summary>
public sealed class RedrawingALiveView : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualClock _clock = new();
    private readonly MemoryStream _stream = new();
    private readonly OutputPump _pump;
    private readonly LiveTerminal _live;
    private (int Width, int Height) _size = (80, 24);

    public RedrawingALiveView()
    {
        _pump = new OutputPump(_stream, Encoding.UTF8);
        _live = new LiveTerminal(_pump, () => _size, _clock);
    }

    [Fact]
    public void However_often_the_run_changes_it_is_drawn_at_most_eight_times_a_second()
    {
        var picture = Pictures.Judged(4).Picture;
        for (var i = 0; i < 1000; i++)
        {
            _live.Show(() => picture);
            Pass(TimeSpan.FromMilliseconds(1));
        }

        Frames().ShouldBeInRange(7, 9);
    }

    [Fact]
    public void While_nothing_changes_it_is_drawn_once_a_second_for_its_times()
    {
        Show();
        Pass(TimeSpan.FromSeconds(10));
        Frames().ShouldBeInRange(10, 12);
    }

    [Fact]
    public void Without_a_run_nothing_is_drawn()
    {
        Pass(TimeSpan.FromSeconds(10));
        Written().ShouldNotContain("─");
    }

    /// <summary>.NET answers it under the lock of Console.Out, which whoever writes holds: a release once hung at its last line.</summary>
    [Fact]
    public async Task While_it_asks_for_the_size_others_write()
    {
        var clock = new ManualClock();
        using var asked = new ManualResetEventSlim();
        using var written = new ManualResetEventSlim();
        var wasWritten = false;
        using var live = new LiveTerminal(_pump, () => Ask(), clock);
        var tick = Task.Run(() => clock.Advance(Second));
        asked.Wait(Patience).ShouldBeTrue();

        live.Write("a line\n");
        written.Set();

        await tick;
        wasWritten.ShouldBeTrue();

        (int Width, int Height) Ask()
        {
            asked.Set();
            wasWritten = written.Wait(Patience);
            return (80, 24);
        }
    }

    /// <summary>Spectre would ask the terminal, under the same lock.</summary>
    [Fact]
    public async Task While_somebody_writes_to_the_console_lines_are_laid_out()
    {
        var picture = Pictures.Judged(4).Picture;
        using var held = new ManualResetEventSlim();
        using var drawn = new ManualResetEventSlim();
        var writing = Task.Run(() => Write());
        held.Wait(Patience).ShouldBeTrue();

        LiveView.Draw(picture, null, _clock.GetUtcNow(), 80, 24, text => text).ShouldNotBeEmpty();
        drawn.Set();

        (await writing).ShouldBeTrue();

        bool Write()
        {
#pragma warning disable CA2002 // It is what .NET locks.
            lock (Console.Out)
#pragma warning restore CA2002
            {
                held.Set();
                return drawn.Wait(Patience);
            }
        }
    }

    [Fact]
    public void It_follows_the_terminals_size()
    {
        Show();
        Pass(Second);
        _size = (40, 12);
        Pass(Second);
        Screen(40, 12).ShouldAllBe(line => line.Length < 40);
    }

    [Fact]
    public void A_wait_is_shown_until_the_run_goes_on()
    {
        Show();
        _live.Say("  waiting for godot, 2s of 30s");
        Pass(Second);
        Screen().ShouldContain(line => line.StartsWith("waiting   for godot, 2s of 30s", StringComparison.Ordinal));
        _live.Unsay();
        Pass(Second);
        Screen().ShouldNotContain(line => line.StartsWith("waiting", StringComparison.Ordinal));
    }

    [Fact]
    public void It_goes_when_the_run_is_closed_and_lines_stay()
    {
        var (picture, _) = Pictures.Judged(4);
        _live.Write("before\n");
        _live.Show(() => picture);
        Pass(Second);
        _live.Show(() => picture with { IsOver = true });
        _live.Write("after\n");
        Pass(Second);
        Screen().ShouldBe(["before", "after", ""]);
    }

    [Fact]
    public void A_picture_that_cannot_be_drawn_stops_nobody()
    {
        Show();
        _live.Show(() => throw new InvalidDataException("a sample of another version"));
        Pass(Second);
        Screen().ShouldContain(line => line.StartsWith("── fake", StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_that_cannot_be_drawn_stops_nobody_either()
    {
        _live.ShowWith(_ => throw new InvalidOperationException("a mask that fails"));
        Show();
        Pass(Second);
        _live.Write("a line\n");
        Screen().ShouldBe(["a line", ""]);
    }

    [Fact]
    public void In_the_end_the_terminal_is_as_it_was()
    {
        Show();
        Pass(Second);
        _live.Dispose();
        _live.Write("the last line\n");
        Show();
        Pass(Second);
        var terminal = Terminal(80, 24);
        terminal.Screen.ShouldBe(["the last line", ""]);
        terminal.CursorIsVisible.ShouldBeTrue();
        terminal.WrapsLines.ShouldBeTrue();
    }

    public void Dispose()
    {
        _live.Dispose();
        _pump.Dispose();
        _stream.Dispose();
    }

    private void Show()
    {
        var (picture, _) = Pictures.Judged(4);
        _live.Show(() => picture);
    }

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(5))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(Math.Min(5, time.TotalMilliseconds)));
            _pump.Drain(TimeSpan.FromSeconds(10)).ShouldBeTrue();
        }
    }

    private string Written()
    {
        _pump.Drain(TimeSpan.FromSeconds(10)).ShouldBeTrue();
        return Encoding.UTF8.GetString(_stream.ToArray());
    }

    private int Frames() => Written().Split(" · run 2 · ").Length - 1;

    private IReadOnlyList<string> Screen(int width = 80, int height = 24) => Terminal(width, height).Screen;

    private TinyTerminal Terminal(int width, int height)
    {
        var terminal = new TinyTerminal(width, height);
        terminal.Write(Written());
        return terminal;
    }
}
