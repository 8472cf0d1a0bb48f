using Release.Components.Terminal;

namespace Release.Tests.Terminal;

/// <summary>The region's control codes, obeyed by a small terminal: nothing is torn, nothing is lost.</summary>
public class LinesAroundALiveView
{
    private readonly TinyTerminal _terminal = new(20, 6);
    private readonly LiveRegion _region = new();

    [Fact]
    public void Lines_scroll_above_and_the_view_stays_below()
    {
        Draw("view 1", "view 2");
        for (var i = 1; i <= 9; i++)
        {
            Print($"line {i}\n");
        }

        _terminal.Screen.ShouldBe(["line 6", "line 7", "line 8", "line 9", "view 1", "view 2"]);
        Close();
        Print("last\n");
        _terminal.All.ShouldBe([.. Enumerable.Range(1, 9).Select(i => $"line {i}"), "last", ""]);
    }

    [Fact]
    public void The_view_grows_and_shrinks_in_its_place()
    {
        Print("before\n");
        Draw("a", "b", "c");
        Draw("d");
        Print("between\n");
        Draw("e", "f");
        _terminal.All.ShouldBe(["before", "between", "e", "f"]);
    }

    [Fact]
    public void A_line_that_is_longer_than_the_terminal_wraps_above_and_tears_nothing()
    {
        Draw("view 1", "view 2");
        Print("0123456789012345678901234567890123456789\nshort\n");
        _terminal.All.ShouldBe(["01234567890123456789", "01234567890123456789", "short", "view 1", "view 2"]);
    }

    [Fact]
    public void Half_a_line_waits_for_the_rest_of_it()
    {
        Draw("view");
        Print("half");
        _terminal.All.ShouldBe(["view"]);
        Print(" a line\nand half");
        _terminal.All.ShouldBe(["half a line", "view"]);
        Close();
        _terminal.All.ShouldBe(["half a line", "and half"]);
    }

    [Fact]
    public void A_line_whose_width_was_guessed_wrong_is_cut_by_the_terminal()
    {
        _terminal.Write(_region.Draw([new("0123456789012345678901234567", 10), new("below", 5)], 20));
        Draw("new 1", "new 2");
        _terminal.All.ShouldBe(["new 1", "new 2"]);
    }

    [Fact]
    public void The_cursor_is_hidden_while_it_is_drawn_and_comes_back()
    {
        _terminal.CursorIsVisible.ShouldBeTrue();
        Draw("view");
        _terminal.CursorIsVisible.ShouldBeFalse();
        Draw();
        _terminal.CursorIsVisible.ShouldBeTrue();
        Draw("view");
        Close();
        Close();
        _terminal.CursorIsVisible.ShouldBeTrue();
        _terminal.WrapsLines.ShouldBeTrue();
        _terminal.All.ShouldBe([""]);
    }

    [Fact]
    public void Without_a_view_everything_passes_as_it_is()
    {
        _region.Above("half", 80).ShouldBe("half");
        _region.Above(" a line\n", 80).ShouldBe(" a line\n");
        _region.Close(80).ShouldBe("");
    }

    [Fact]
    public void What_a_narrower_terminal_has_wrapped_is_cleared_too()
    {
        _ = _region.Draw([new(new string('x', 19), 19), new("yyyy", 4)], 20);
        _region.Draw([new("z", 1)], 10).ShouldStartWith("\r\e[2A");
    }

    private void Draw(params string[] lines) => _terminal.Write(_region.Draw([.. lines.Select(l => new LiveLine(l, l.Length))], 20));

    private void Print(string text) => _terminal.Write(_region.Above(text, 20));

    private void Close() => _terminal.Write(_region.Close(20));
}
