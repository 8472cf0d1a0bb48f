using System.Text.RegularExpressions;

namespace Release.Configuration;

/// <summary>Tells what must be a secret by what it is called, so that none is written into a file that many can read.</summary>
internal static partial class SecretWords
{
    /// <summary>What to do instead.</summary>
    public const string Reference = "write \"${env:NAME}\" or \"${file:path}\" here and put the secret into that variable or file";

    private static readonly HashSet<string> Last = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "credential", "credentials", "authorization", "cookie",
    };

    private static readonly HashSet<string> KindsOfKey = new(StringComparer.OrdinalIgnoreCase) { "api", "access", "private", "secret", "auth" };

    /// <summary>Whether a name (<c>Authorization</c>, <c>DB_PASSWORD</c>, <c>--api-key</c>) is that of a secret. <c>PASSWORD_FILE</c> is not.</summary>
    public static bool Name(string name)
    {
        var words = Word().Matches(name).Select(match => match.Value).ToList();
        return words is [.., var last]
            && (Last.Contains(last) || (words.Count > 1 && last.Equals("key", StringComparison.OrdinalIgnoreCase) && KindsOfKey.Contains(words[^2])));
    }

    /// <summary>The value of an argument <c>--password=value</c>; null for any other.</summary>
    public static string? ValueOfArgument(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return argument.StartsWith('-') && equals > 0 && Name(argument[..equals]) ? argument[(equals + 1)..] : null;
    }

    /// <summary>The password in an address (<c>http://user:password@host</c>); null when there is none.</summary>
    public static string? PasswordOfAddress(string text)
        => AddressWithPassword().Match(text) is { Success: true } match ? match.Groups["password"].Value : null;

    // Words of snake, kebab and camel case.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#@:]*:(?<password>[^/?#]+)@")]
    private static partial Regex AddressWithPassword();
}
