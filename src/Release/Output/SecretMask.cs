using System.Buffers;
using System.Text;

namespace Release.Output;

/// <summary>
/// Knows the secrets that were resolved and replaces them in text, also in the forms that tools turn them into: base64
/// in any alignment, URL-escaped, JSON-escaped, a single line of several. May be used from any thread.
/// </summary>
public sealed class SecretMask
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Replacement = "***";

    /// <summary>The length below which a secret is not masked: <c>a</c> would turn every text into stars.</summary>
    public const int ShortestSecret = 4;

    private readonly Lock _registering = new();
    private volatile Forms _forms = new([]);

    /// <summary>
    /// Masks <paramref name="secret"/> from now on. False when it is blank or too short to be masked: then whoever
    /// resolved it warns. May be repeated.
    /// </summary>
    public bool Register(string secret)
    {
        var trimmed = secret.Trim();
        if (trimmed.Length < ShortestSecret)
        {
            return false;
        }

        lock (_registering)
        {
            _forms = new([.. _forms.All.Union(SecretForms.Of(trimmed))]);
        }

        return true;
    }

    /// <summary>Replaces every secret. Overlapping ones become one replacement, so that no end of one stays behind.</summary>
    public string Mask(string text)
    {
        var forms = _forms;
        var match = forms.Next(text, 0);
        if (match is null)
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var at = 0;
        for (; match is { } found; match = forms.Next(text, at))
        {
            masked.Append(text, at, found.Start - at).Append(Replacement);
            at = found.End;
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>What a person or a log gets to see of <paramref name="text"/>: filtered, then masked.</summary>
    /// <remarks>In this order, since a character that the filter removes could stand in the middle of a secret.</remarks>
    public string Shown(string text) => Mask(TerminalText.Filter(text));

    /// <summary>The same on one line.</summary>
    public string ShownLine(string text) => Mask(TerminalText.Line(text));

    /// <summary>How many characters of <paramref name="text"/> no later text can turn into a part of a secret.</summary>
    internal int Settled(string text)
    {
        var forms = _forms;
        var settled = text.Length - forms.Unfinished(text);

        // The rest may begin in the middle of a secret that is complete: that one stays whole.
        for (var match = forms.Next(text, 0); match is { } found && found.Start < settled; match = forms.Next(text, found.End))
        {
            if (found.End > settled)
            {
                return found.Start;
            }
        }

        return settled;
    }

    private readonly record struct Match(int Start, int End);

    private sealed class Forms(string[] all)
    {
        private readonly SearchValues<string> _search = SearchValues.Create(all, StringComparison.Ordinal);

        public IReadOnlyList<string> All => all;

        /// <summary>The first secret at or after <paramref name="from"/>, with those that overlap it.</summary>
        public Match? Next(string text, int from)
        {
            var start = Find(text, from);
            if (start < 0)
            {
                return null;
            }

            var end = start + LongestAt(text, start);
            for (var next = Find(text, start + 1); next >= 0 && next < end; next = Find(text, next + 1))
            {
                end = Math.Max(end, next + LongestAt(text, next));
            }

            return new(start, end);
        }

        /// <summary>The length of the longest end of <paramref name="text"/> that a secret may begin with.</summary>
        public int Unfinished(string text)
        {
            var longest = 0;
            foreach (var form in all)
            {
                for (var length = Math.Min(form.Length - 1, text.Length); length > longest; length--)
                {
                    if (text.AsSpan(text.Length - length).SequenceEqual(form.AsSpan(0, length)))
                    {
                        longest = length;
                    }
                }
            }

            return longest;
        }

        private int Find(string text, int from)
        {
            var found = text.AsSpan(from).IndexOfAny(_search);
            return found < 0 ? -1 : from + found;
        }

        private int LongestAt(string text, int start)
            => all.Where(form => text.AsSpan(start).StartsWith(form, StringComparison.Ordinal)).Max(form => form.Length);
    }
}
