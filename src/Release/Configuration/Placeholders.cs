using System.Text;
using Release.Output;

namespace Release.Configuration;

/// <summary>A placeholder has no value. Only whoever needs the value fails: the rest of the configuration stays usable.</summary>
/// <param name="reference">The placeholder (<c>${env:TOKEN}</c>).</param>
/// <param name="reason">Why, and what to do.</param>
public sealed class PlaceholderException(string reference, string reason) : Exception($"{reference} {reason}")
{
    /// <summary>Gets the placeholder.</summary>
    public string Reference => reference;
}

/// <summary>Where placeholders get their values from.</summary>
public sealed record PlaceholderSources
{
    /// <summary>Gets the folder that <c>${file:path}</c> is relative to.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the environment variables; null for one that is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Gets the values of names such as <c>gateway.admin</c>; null for one without a value yet.</summary>
    public Func<string, string?> Named { get; init; } = _ => null;

    /// <summary>Gets what is told about a secret too short to be masked.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}

/// <summary>
/// Resolves <c>${…}</c> when a value is used, not before. What comes from a variable or a file is a secret: it is masked
/// from then on. May be used from any thread.
/// </summary>
public sealed class Placeholders(PlaceholderSources sources, SecretMask mask)
{
    private const int LargestSecret = 64 * 1024;

    /// <summary>The text with the values of its placeholders: never shown, journaled or logged.</summary>
    /// <exception cref="PlaceholderException">One has no value.</exception>
    public string Resolve(string text) => PlaceholderText.Replace(text, Value);

    /// <summary>The text as it may be shown: addresses have their values, secrets stay references.</summary>
    public string Show(string text) => PlaceholderText.Replace(text, name => sources.Named(name) ?? $"${{{name}}}");

    private string Value(string name)
    {
        var reference = $"${{{name}}}";
        if (name.StartsWith("env:", StringComparison.Ordinal))
        {
            return Secret(reference, sources.Variable(name[4..])
                ?? throw new PlaceholderException(reference, $"is not set: export {name[4..]} with the secret."));
        }

        if (name.StartsWith("file:", StringComparison.Ordinal))
        {
            return Secret(reference, Read(reference, Path.GetFullPath(name[5..], Path.GetFullPath(sources.Root))));
        }

        return sources.Named(name)
            ?? throw new PlaceholderException(reference, "has no value yet: what it names was not started.");
    }

    private string Secret(string reference, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new PlaceholderException(reference, "is blank.");
        }

        if (!mask.Register(value))
        {
            sources.Warn($"{reference} is shorter than {SecretMask.ShortestSecret} characters: it is not masked in outputs.");
        }

        return value;
    }

    private static string Read(string reference, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[LargestSecret + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= LargestSecret
                ? Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\r', '\n')
                : throw new PlaceholderException(reference, $"is larger than {LargestSecret / 1024} KiB: it is no secret.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PlaceholderException(reference, $"cannot be read: {TerminalText.Line(problem.Message)}");
        }
    }
}
