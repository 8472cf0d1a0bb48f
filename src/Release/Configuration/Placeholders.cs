using System.Text;
using Release.Output;

namespace Release.Configuration;

/// <summary>A placeholder has no value. Only whoever needs the value fails: the rest of the configuration stays usable.</summary>
/// <param name="reference">The placeholder (<c>${env:TOKEN}</c>).</param>
/// <param name="reason">Why, and what to do.</param>
/// <param name="place">Where it stands in the configuration; empty when that is not known.</param>
public sealed class PlaceholderException(string reference, string reason, string place = "")
    : Exception(place.Length == 0 ? $"{reference} {reason}" : $"{reference} ({place}) {reason}")
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

    /// <summary>Gets where a reference stands in the configuration, for errors: <see cref="LoadedEnvironment.PlaceOf"/>.</summary>
    public Func<string, string> PlaceOf { get; init; } = _ => "";

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
                ?? throw Problem(reference, $"is not set: export {name[4..]} with the secret."));
        }

        if (name.StartsWith("file:", StringComparison.Ordinal))
        {
            return Secret(reference, Read(reference, Path.GetFullPath(name[5..], Path.GetFullPath(sources.Root))));
        }

        return sources.Named(name)
            ?? throw Problem(reference, "has no value yet: what it names was not started.");
    }

    private string Secret(string reference, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw Problem(reference, "is blank: put the secret there.");
        }

        if (!mask.Register(value))
        {
            sources.Warn($"{reference} is shorter than {SecretMask.ShortestSecret} characters: it is not masked in outputs.");
        }

        return value;
    }

    private string Read(string reference, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[LargestSecret + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= LargestSecret
                ? Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\r', '\n')
                : throw Problem(reference, $"is larger than {LargestSecret / 1024} KiB: it is no secret.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Problem(reference, $"cannot be read: {TerminalText.Line(problem.Message).TrimEnd('.')}. Put the secret into that file.");
        }
    }

    private PlaceholderException Problem(string reference, string reason) => new(reference, reason, sources.PlaceOf(reference));
}
