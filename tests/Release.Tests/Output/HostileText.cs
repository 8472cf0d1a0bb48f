using Release.Output;

namespace Release.Tests.Output;

public sealed class HostileText
{
    [Theory]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("\e[38;5;200;1 qx", "x")]
    [InlineData("a\e]0;title\ab", "ab")]
    [InlineData("a\e]8;;http://evil\e\\link\e]8;;\e\\b", "alinkb")]
    [InlineData("a\u009b31mb", "ab")]
    [InlineData("a\u009d0;title\u009cb", "ab")]
    [InlineData("a\eP1$tx\e\\b", "ab")]
    [InlineData("a\ec\e7\e(Bb", "ab")]
    [InlineData("a\e", "a")]
    [InlineData("a\e[", "a")]
    [InlineData("a\e[31", "a")]
    [InlineData("\e[3\e[1mx", "x")]
    [InlineData("bell\a back\b\b null\0 del\u007f", "bell back null del")]
    [InlineData("\uFEFFbom zero\u200Bwidth soft\u00ADhyphen", "bom zerowidth softhyphen")]
    [InlineData("user\u202Egpj.exe\u2066x\u2069\u200E\u200F\u061C", "usergpj.exex")]
    [InlineData("tag\U000E0041", "tag")]
    [InlineData("a\tb\nc", "a\tb\nc")]
    [InlineData("Grüße 👍 日本", "Grüße 👍 日本")]
    public void Escape_sequences_and_invisible_characters_are_gone(string hostile, string shown)
        => TerminalText.Filter(hostile).ShouldBe(shown);

    [Theory]
    [InlineData("::error::broken", "| ::error::broken")]
    [InlineData("fine\n  ::stop-commands::x", "fine\n|   ::stop-commands::x")]
    [InlineData("fine\r::error::x", "fine\n| ::error::x")]
    [InlineData("fine\u2028::error::x", "fine\n| ::error::x")]
    [InlineData("\e[0m\u200B::add-mask::x", "| ::add-mask::x")]
    [InlineData("\u00A0::error::x", "| \u00A0::error::x")]
    [InlineData("text ##[error]x", "text ## [error]x")]
    [InlineData("#\u200B#[group]x", "## [group]x")]
    [InlineData("##vso[task.setvariable]x", "## vso[task.setvariable]x")]
    [InlineData("std::string ## Heading", "std::string ## Heading")]
    public void Workflow_commands_are_disarmed(string hostile, string shown)
        => TerminalText.Filter(hostile).ShouldBe(shown);

    [Fact]
    public void Half_a_surrogate_pair_is_replaced()
        => TerminalText.Filter("lone \ud800 half").ShouldBe("lone \uFFFD half");

    [Fact]
    public void A_title_without_an_end_does_not_hide_what_follows()
        => TerminalText.Filter("before\e]0;after\nnext").ShouldBe("before0;after\nnext");

    [Fact]
    public void One_line_stays_one_line()
        => TerminalText.Line("a\r\nb\tc\u0085d\n::x").ShouldBe("a b c d ::x");

    [Fact]
    public void A_command_at_the_beginning_of_a_line_is_disarmed_too()
        => TerminalText.Line("\n::error::x").ShouldBe("|  ::error::x");

    [Theory]
    [InlineData("123456", 6, "123456")]
    [InlineData("1234567", 6, "12345…")]
    [InlineData("1234👍7", 6, "1234…")]
    public void A_long_line_ends_in_an_ellipsis(string text, int length, string shown)
        => TerminalText.Line(text, length).ShouldBe(shown);
}
