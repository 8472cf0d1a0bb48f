namespace Nuke.Common.Execution;

/// <summary>Replaces every registered secret, also where it is spread over lines or written as part of a URL.</summary>
internal sealed class Masker
{
    public const string Mask = "***";

    // A line of a longer secret that is as short as "{" would make the output unreadable and hide nothing.
    private const int ShortestLine = 8;

    private readonly Lock _lock = new();
    private string[] _secrets = [];

    public void Add(string? secret)
    {
        if (string.IsNullOrWhiteSpace(secret))
        {
            return;
        }

        var forms = new List<string> { secret, Uri.EscapeDataString(secret) };
        if (secret.Contains('\n', StringComparison.Ordinal))
        {
            forms.AddRange(secret.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.Length >= ShortestLine));
        }

        lock (_lock)
        {
            // The longest first: a secret may be a part of another.
            _secrets = [.. _secrets.Union(forms, StringComparer.Ordinal).OrderByDescending(static form => form.Length)];
        }
    }

    public string Apply(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }
}
