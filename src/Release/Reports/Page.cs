using System.Globalization;
using Release.Output;

namespace Release.Reports;

/// <summary>What the pages have in common: the frame, and values as they stand on a page.</summary>
internal static class Page
{
    /// <summary>A whole document: head with the policy, and what <paramref name="body"/> writes.</summary>
    public static string Of(string title, Func<string, string> mask, Action<HtmlWriter> body)
    {
        var html = new HtmlWriter(mask);
        _ = html.Own("<!DOCTYPE html>\n");
        using (html.Element("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")))
        {
            using (html.Element("head"))
            {
                _ = html.Void("meta", ("charset", "utf-8"))
                    .Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", PageStyle.Policy)).Line()
                    .Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
                    .Void("meta", ("name", "referrer"), ("content", "no-referrer"))
                    .Void("link", ("rel", "icon"), ("href", "data:,")).Line()
                    .Leaf("title", title).Line();
                using (html.Element("style"))
                {
                    _ = html.Own(PageStyle.Sheet);
                }
            }

            _ = html.Line();
            using (html.Element("body"))
            {
                _ = html.Leaf("a", "Skip to the content", ("class", "skip"), ("href", "#main")).Line();
                body(html);
            }
        }

        return html.Line().ToString();
    }

    /// <summary>A section with its heading.</summary>
    public static void Section(HtmlWriter html, string id, string heading, Action body)
    {
        _ = html.Line();
        using (html.Element("section", ("aria-labelledby", id)))
        {
            _ = html.Leaf("h2", heading, ("id", id)).Line();
            body();
        }
    }

    /// <summary>A table that scrolls by itself where it is too wide, also with the keyboard.</summary>
    /// <param name="html">The page.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">The heads; one that begins with # is of numbers.</param>
    /// <param name="rows">Writes the rows.</param>
    public static void Table(HtmlWriter html, string caption, IReadOnlyList<string> columns, Action rows)
    {
        using (html.Element("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)))
        using (html.Element("table"))
        {
            _ = html.Leaf("caption", caption);
            using (html.Element("thead"))
            using (html.Element("tr"))
            {
                foreach (var column in columns)
                {
                    _ = html.Leaf("th", column.TrimStart('#'), ("scope", "col"), ("class", column.StartsWith('#') ? "num" : null));
                }
            }

            using (html.Element("tbody"))
            {
                rows();
            }
        }

        _ = html.Line();
    }

    /// <summary>A term and its value.</summary>
    public static void Fact(HtmlWriter html, string term, string value)
    {
        if (value.Length > 0)
        {
            using (html.Element("div"))
            {
                _ = html.Leaf("dt", term).Leaf("dd", value);
            }
        }
    }

    /// <summary>A status in words and colour.</summary>
    public static HtmlWriter Pill(HtmlWriter html, string word, Tone tone) => html.Leaf("span", word, ("class", $"pill {Class(tone)}"));

    /// <summary>A time that a machine can read too.</summary>
    public static HtmlWriter Time(HtmlWriter html, DateTimeOffset at, string shown) =>
        html.Leaf("time", shown, ("datetime", at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)), ("title", Show.Time(at)));

    /// <summary>The time of day, to the tenth of a second.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture);

    /// <summary>A number for a drawing.</summary>
    public static string N(double number) => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>A size in bytes.</summary>
    public static string Bytes(long size) => size switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{size:#,0} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{size / 1024.0:0.#} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{size / 1024.0 / 1024:0.#} MB"),
    };

    /// <summary>A name's class.</summary>
    public static string Class(Tone tone) => tone switch
    {
        Tone.Good => "good",
        Tone.Bad => "bad",
        Tone.Wait => "wait",
        Tone.Idle => "idle",
        _ => throw new ArgumentOutOfRangeException(nameof(tone)),
    };
}

/// <summary>How something is meant: it is said in words, too, never by colour alone.</summary>
internal enum Tone
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Not as it should be.</summary>
    Bad,

    /// <summary>Somebody must act, or something could not be seen.</summary>
    Wait,

    /// <summary>Neither.</summary>
    Idle,
}
