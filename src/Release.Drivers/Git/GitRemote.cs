using Release.Output;
using Release.Runs;

namespace Release.Drivers.Git;

/// <summary>A remote's name or address.</summary>
public sealed record GitRemote
{
    /// <summary>Takes a name or an address.</summary>
    /// <exception cref="ReleaseException">It cannot be one; <see cref="ExitStatus.Usage"/>.</exception>
    public GitRemote(string value)
    {
        if (Problem(value) is { } problem)
        {
            throw new ReleaseException(
                ExitStatus.Usage, $"remote \"{TerminalText.Line(value, 80)}\": {problem}.", "Name one that `git remote` lists.");
        }

        Value = value;
    }

    /// <summary>Gets the name or address.</summary>
    public string Value { get; }

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string value) => value switch
    {
        "" => "is empty",
        ['-', ..] => "begins with a dash and would be taken for an option",
        _ when value.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)) =>
            "has a space or a control character",
        _ when value.Contains("::", StringComparison.Ordinal) => "names a remote helper, which is a program",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Value;
}
