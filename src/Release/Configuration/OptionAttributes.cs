namespace Release.Configuration;

/// <summary>A duration that may be zero; every other is positive.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MayBeZeroAttribute : Attribute;

/// <summary>A list that may be written as its only element.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOrManyAttribute : Attribute;

/// <summary>
/// Text in which <c>${…}</c> is resolved when it is used. Whoever uses it calls <see cref="Placeholders.Resolve"/>; in text
/// without this mark a placeholder is an error, because it would be taken literally.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MayHoldPlaceholdersAttribute : Attribute;

/// <summary>Something wrong with several members of one options record together.</summary>
/// <param name="Member">The member to point at, relative to the record (<c>steps</c>, <c>objectives[1].id</c>).</param>
/// <param name="Message">What was expected and what was found.</param>
/// <param name="Involved">Other members that the rule looks at; when one of these is wrong by itself, this problem is left out.</param>
public sealed record OptionProblem(string Member, string Message, params IReadOnlyList<string> Involved);

/// <summary>
/// Options with rules between their members. The rules are asked even when a member could not be read, so that every
/// error is told at once: then it has its default, or is null although its type says otherwise.
/// </summary>
public interface ICheckedOptions
{
    /// <summary>What is wrong.</summary>
    IEnumerable<OptionProblem> Problems();
}

/// <summary>What is expected of common kinds of text, in the words of an error.</summary>
public static class OptionText
{
    /// <summary>A name.</summary>
    public const string Name = "a name of at most 63 lower-case letters, digits and dashes";

    /// <summary>A path of a service.</summary>
    public const string Path = "a path that begins with \"/\"";
}
