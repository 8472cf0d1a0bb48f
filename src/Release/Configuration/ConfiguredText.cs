using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>Reads text: its form, the references in it, and that it holds no secret.</summary>
internal sealed class ConfiguredText(OptionTypes types, ConfigurationErrors errors, bool isRecorded)
{
    private readonly List<SecretReference> _secrets = [];

    /// <summary>Gets the references to secrets that were read.</summary>
    public IReadOnlyList<SecretReference> Secrets => _secrets;

    /// <summary>What a value is called: the key it stands under, also as an element of a list.</summary>
    public string? NameOf(JToken token, OptionMember member) => errors.Places.Of(token).Key ?? member.Name;

    /// <summary>The text, or null after an error or for what is no text.</summary>
    public string? Read(JToken token, OptionMember member)
    {
        if (token.Type != JTokenType.String)
        {
            return null;
        }

        var text = (string)token!;
        foreach (var problem in isRecorded ? [] : Problems(text, token, member))
        {
            errors.Add(token, problem);
        }

        if (errors.Has(token) || !(isRecorded || Fits(text, member)))
        {
            return null;
        }

        var place = errors.Places.Of(token);
        _secrets.AddRange(PlaceholderText.Secrets(text)
            .Select(reference => new SecretReference(reference, errors.Places.PathOf(token), place.Line)));
        return text;
    }

    /// <summary>References where nothing resolves them: in values of any form, and in keys.</summary>
    public void RefuseReferences(JToken any)
    {
        if (isRecorded)
        {
            return;
        }

        if (any is JValue { Value: string text })
        {
            foreach (var problem in PlaceholderText.Problems(text, allowed: false, types.PlaceholderNames))
            {
                errors.Add(any, problem);
            }
        }

        foreach (var child in any.Children())
        {
            RefuseReferences(child);
        }
    }

    private IEnumerable<string> Problems(string text, JToken token, OptionMember member)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            yield return "a NUL character, where the text would be cut off: remove it";
            yield break;
        }

        if (string.IsNullOrWhiteSpace(text) && !member.MayBeEmpty && member.Pattern is null && member.Forms == ValueForms.None)
        {
            yield return $"expected text, found {JsonText.Quoted(text)}{(member.IsRequired ? "" : ". Remove it to have the default")}";
        }

        foreach (var problem in PlaceholderText.Problems(text, member.MayHoldPlaceholders, types.PlaceholderNames))
        {
            yield return problem;
        }

        if (Secret(text, token, member) is { } secret && !PlaceholderText.Secrets(secret).Any())
        {
            yield return $"a secret does not belong into this file: {SecretWords.Reference}";
        }
    }

    // The secret that stands here, perhaps as a reference; null when it is not called one.
    private string? Secret(string text, JToken token, OptionMember member)
    {
        var secret = SecretWords.PasswordOfAddress(text) ?? SecretWords.ValueOfArgument(text)
            ?? (NameOf(token, member) is { } name && SecretWords.Name(name) ? text : null);
        return string.IsNullOrWhiteSpace(secret) ? null : secret;
    }

    /// <summary>What fits the form and differs only in case, dashes or a slash; null when that would be a guess.</summary>
    public static string? Meant(string text, OptionMember member)
    {
        var candidates = new[] { text.Trim().Replace('_', '-').Replace(' ', '-'), "/" + text };
        return member.Pattern is null || text.Length > 60 || text.Any(char.IsControl) ? null
            : candidates.SelectMany(candidate => new[] { candidate, candidate.ToLowerInvariant() })
                .FirstOrDefault(candidate => candidate.All(char.IsAscii) && Fits(candidate, member));
    }

    private static bool Fits(string text, OptionMember member)
        => (member.Pattern is null || Regex.IsMatch(text, $@"\A(?:{member.Pattern.Pattern})\z"))
            && (member.Forms == ValueForms.None || ValueText.Has(text, member.Forms));
}
