namespace Release.Configuration;

/// <summary>A duration that may be zero; every other is positive.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MayBeZeroAttribute : Attribute;

/// <summary>A list that may be written as its only element.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOrManyAttribute : Attribute;

/// <summary>Text that may be empty; every other must hold something.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MayBeEmptyAttribute : Attribute;

/// <summary>How a value with a unit is written.</summary>
[Flags]
public enum ValueForms
{
    /// <summary>Free text.</summary>
    None = 0,

    /// <summary>A duration (<c>"30s"</c>).</summary>
    Duration = 1,

    /// <summary>A share (<c>"1%"</c>).</summary>
    Percent = 2,

    /// <summary>A size (<c>"500MB"</c>).</summary>
    Size = 4,

    /// <summary>A bare number (<c>"100"</c>), whatever its unit.</summary>
    Number = 8,
}

/// <summary>Text that is a value with a unit, where more than one kind of value makes sense.</summary>
/// <param name="forms">The kinds.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValueFormAttribute(ValueForms forms) : Attribute
{
    /// <summary>Gets the kinds.</summary>
    public ValueForms Forms => forms;
}

/// <summary>A file or folder of the repository, named relative to it, that must be there. A configuration that a run recorded is not held to it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InRepositoryAttribute : Attribute;

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

/// <summary>Options that name services. The rules are asked when the whole environment was read.</summary>
public interface INamesServices
{
    /// <summary>What is wrong; members are relative to this record.</summary>
    /// <param name="services">The names of the services that there are.</param>
    IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> services);
}

/// <summary>What is expected of common kinds of text, in the words of an error.</summary>
public static class OptionText
{
    /// <summary>A name.</summary>
    public const string Name = "a name of at most 63 lower-case letters, digits and dashes";

    /// <summary>A path of a service.</summary>
    public const string Path = "a path such as \"/health\"";

    /// <summary>What a path of a service looks like. With two slashes in front it would name another host.</summary>
    public const string PathPattern = "/(?!/)[!-~]*";

    /// <summary>What was found, in quotes, cut to a line.</summary>
    public static string Found(string text) => JsonText.Quoted(text);

    /// <summary>A sentence: the name that may have been meant, or all there are.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> names) => Nearest.Hint(name, names);
}
