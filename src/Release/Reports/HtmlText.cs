using System.Text;
using Release.Output;

namespace Release.Reports;

/// <summary>
/// Text of unknown origin as HTML that shows it and does nothing else: the same in element content and in a quoted
/// attribute, and well-formed as XML too.
/// </summary>
public static class HtmlText
{
    /// <summary>
    /// The text without control characters, escape sequences and invisible format characters, with everything encoded that
    /// means something to a parser of HTML or XML. It belongs between tags or between double quotes, nowhere else.
    /// </summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var character in TerminalText.Strip(text))
        {
            _ = character switch
            {
                '&' => encoded.Append("&amp;"),
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),
                '"' => encoded.Append("&quot;"),
                '\'' => encoded.Append("&#39;"),
                '`' => encoded.Append("&#96;"),

                // Not a character of XML, and of no script either.
                '\uFFFE' or '\uFFFF' => encoded.Append('\uFFFD'),
                _ => encoded.Append(character),
            };
        }

        return encoded.ToString();
    }
}
