using System.Text;
using System.Text.Encodings.Web;
using Newtonsoft.Json;

namespace Release.Output;

/// <summary>The texts in which a secret may appear.</summary>
internal static class SecretForms
{
    /// <summary>A line of a secret of several (a private key) is masked on its own from this length on.</summary>
    private const int ShortestLine = 8;

    /// <summary>The secret itself and its forms, each once.</summary>
    public static IReadOnlyCollection<string> Of(string secret)
    {
        var forms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in Parts(secret))
        {
            forms.Add(part);
            forms.UnionWith(Escaped(part));
            forms.UnionWith(Base64(part));
        }

        // A form may be too short to be told from other text: base64 in the middle of a word loses its edges.
        forms.RemoveWhere(form => form.Length < SecretMask.ShortestSecret);
        return forms;
    }

    private static IEnumerable<string> Parts(string secret)
    {
        yield return secret;

        // What the terminal filter leaves of it.
        yield return TerminalText.Strip(secret);
        foreach (var line in secret.Split(['\r', '\n'], StringSplitOptions.TrimEntries))
        {
            if (line.Length >= ShortestLine)
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Escaped(string secret)
    {
        var url = Uri.EscapeDataString(secret);
        yield return url;
        yield return LowerHexadecimal(url);
        yield return url.Replace("%20", "+", StringComparison.Ordinal);
        yield return JsonConvert.ToString(secret)[1..^1];
        yield return JavaScriptEncoder.Default.Encode(secret);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
    }

    private static string LowerHexadecimal(string url)
    {
        var text = new StringBuilder(url);
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '%')
            {
                text[i + 1] = char.ToLowerInvariant(text[i + 1]);
                text[i + 2] = char.ToLowerInvariant(text[i + 2]);
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// The characters of base64 that depend on the secret alone, for each of the three places where it may begin in a
    /// group of three bytes; <c>user:secret</c> in an Authorization header is such a case.
    /// </summary>
    private static IEnumerable<string> Base64(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        for (var before = 0; before < 3; before++)
        {
            var padded = new byte[before + bytes.Length];
            bytes.CopyTo(padded, before);
            var first = ((before * 8) + 5) / 6;
            var end = padded.Length * 8 / 6;
            var text = Convert.ToBase64String(padded)[first..end];
            yield return text;
            yield return text.Replace('+', '-').Replace('/', '_');
        }
    }
}
