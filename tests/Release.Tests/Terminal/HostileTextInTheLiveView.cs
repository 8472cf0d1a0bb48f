using System.Globalization;
using Release.Components.Terminal;
using Release.Output;

namespace Release.Tests.Terminal;

/// <summary>Names, reasons and answers come from peers and people: shown, they change nothing but themselves.</summary>
public class HostileTextInTheLiveView
{
    public static TheoryData<string, string> Texts => new()
    {
        { "\e[2J\e[31mred\e[0m", "red" },
        { "a\e]0;title\ab", "ab" },
        { "user\u202Egpj.exe", "usergpj.exe" },
        { "[red]bold[/] [[x]]", "[red]bold[/] [[x]]" },
        { "one\ntwo\r\nthree\tfour", "one two three four" },
        { "日本語日本語", "日本語" },
        { "👩‍👩‍👧 👍🏽 ok", "👍" },
        { "e\u0301\u0301\u0301", "e" },
        { "\0\b\a\u007f\u009b31mx", "x" },
        { new string('長', 5000), "長" },
        { new string('w', 5000), "www" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_harmless_and_keeps_the_widths(string hostile, string visible)
    {
        foreach (var (width, height) in new[] { (40, 12), (80, 24), (200, 50) })
        {
            var picture = Pictures.Saying(hostile);
            var lines = LiveView.Draw(picture, new Passing(hostile, DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch, width, height, TerminalText.Line);
            var text = LiveView.Text(picture, new Passing(hostile, DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch, width, height, TerminalText.Line);
            lines.Count.ShouldBe(text.Count);
            lines.ShouldAllBe(line => line.Cells < width);
            text.ShouldAllBe(line => !line.Any(c => char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format));
            string.Join('\n', text).ShouldContain(visible);

            // The colours are the only sequences, and each line ends without one: a terminal that obeys them stays whole.
            var terminal = new TinyTerminal(width, height);
            terminal.Write(new LiveRegion().Draw(lines, width));
            terminal.Screen.Count.ShouldBe(Math.Max(1, lines.Count));
            terminal.Screen[0].ShouldStartWith("── ");
        }
    }

    [Fact]
    public void Secrets_are_masked()
    {
        var mask = new SecretMask();
        _ = mask.Register("hunter2-hunter2");
        var text = LiveView.Text(Pictures.Saying("with hunter2-hunter2"), null, DateTimeOffset.UnixEpoch, 200, 50, mask.ShownLine);
        string.Join('\n', text).ShouldNotContain("hunter2");
        string.Join('\n', text).ShouldContain("with ***");
    }
}
