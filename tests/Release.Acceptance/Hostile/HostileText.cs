namespace Release.Acceptance.Hostile;

/// <summary>What people and peers may send us (reliability.md): each would do something where it is shown as it is.</summary>
internal static class HostileText
{
    /// <summary>A word that stands in each of them, so that it can be found again: hostile text is shown, not swallowed.</summary>
    public const string Mark = "hostile";

    /// <summary>Gets the texts, each on its own.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "\e[31mhostile\e[0m\e[2J\e[1A", // colours, clears the screen, goes up
        "\e]0;hostile\a\e]8;;http://127.0.0.1:1/\e\\link\e]8;;\e\\", // a title and a link
        "\e]52;c;aG9zdGlsZQ==\a", // writes to the clipboard
        "\u009b31mhostile \u0090q\u009c \b\b\b", // the same in 8-bit controls
        "\u202eelitsoh\u2066\u200b\ufeff", // reversed and invisible
        "\n::error file=x,line=1::hostile",
        "\n::stop-commands::hostile\n::set-output name=x::hostile",
        "\n##[error]hostile\n##[group]hostile",
        "\nhostile=1\nVERSION=9.9.9\nEOF", // GITHUB_OUTPUT
        "hostile\r\nBcc: somebody@example.org\r\r\n.\r\n", // a mail's headers
        "<!channel> <@U0hostile> @everyone",
        "=cmd|' /C hostile'!A0",
        "<img src=x onerror=hostile()><script>hostile()</script><svg/onload=hostile()>",
        "\"><a href=\"javascript:hostile()\">x</a>'",
        "[x](javascript:hostile()) ![x](http://127.0.0.1:1/hostile.png) <http://127.0.0.1:1/hostile>",
        "\n\n# hostile\n\n| a | b |\n| --- | --- |\n```\nhostile\n",
        "</code></pre></td></table><!-- hostile --> ]]> `hostile` ~~x~~ **x**",
        "[red]hostile[/] [[x]] {0} %s %25 $(hostile) `hostile`",
    ];

    /// <summary>Gets all of them at once.</summary>
    public static string Whole { get; } = string.Join("\n", All);

    /// <summary>What git allows in the name of a branch.</summary>
    public const string Branch = "hostile/<img/src=x/onerror=hostile()>|`x`$(x)\u202e";

    /// <summary>What a file system allows in the name of a file.</summary>
    public const string File = "\e[31mhostile\n::error::<img src=x onerror=hostile()>";
}
