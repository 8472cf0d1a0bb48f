using System.Buffers;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Git;

/// <summary>
/// The name of a tag, checked by the rules of <c>git check-ref-format</c> and narrower: printable ASCII only, because two
/// names that look the same must not be two tags.
/// </summary>
public sealed record GitTagName
{
    private const int MaxLength = 200;

    // git's own list, and the bar that separates fields in what we ask git to print.
    private static readonly SearchValues<char> Refused = SearchValues.Create(" ~^:?*[\\|");

    /// <summary>Takes a name.</summary>
    /// <exception cref="ReleaseException">It cannot be a tag's name; <see cref="ExitStatus.Usage"/>.</exception>
    public GitTagName(string value)
    {
        if (Problem(value) is { } problem)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"tag \"{TerminalText.Line(value, 80)}\": {problem}.",
                "Use letters, digits, dots, dashes and slashes, as in release/prod/1.2.0.");
        }

        Value = value;
    }

    /// <summary>Gets the name without <c>refs/tags/</c>.</summary>
    public string Value { get; }

    /// <summary>Gets the full name.</summary>
    public string Reference => "refs/tags/" + Value;

    /// <summary>What is wrong with the name, or null.</summary>
    public static string? Problem(string value) => value switch
    {
        "" => "is empty",
        { Length: > MaxLength } => "is longer than 200 characters",
        ['-', ..] => "begins with a dash and would be taken for an option",
        "@" => "is a name that git keeps for itself",
        _ when value.AsSpan().ContainsAnyExceptInRange('!', '~') => "has a character that is not printable ASCII",
        _ when value.AsSpan().ContainsAny(Refused) => "has one of ~ ^ : ? * [ \\ |",
        _ when value.Contains("..", StringComparison.Ordinal) => "has two dots in a row",
        _ when value.Contains("@{", StringComparison.Ordinal) => "has @{",
        _ when value.EndsWith('.') => "ends with a dot",
        _ => value.Split('/').Select(PartProblem).FirstOrDefault(problem => problem is not null),
    };

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? PartProblem(string part) => part switch
    {
        "" => "has an empty part between slashes",
        ['.', ..] => "has a part that begins with a dot",
        _ when part.EndsWith(".lock", StringComparison.Ordinal) => "has a part that ends with .lock",
        _ => null,
    };
}
