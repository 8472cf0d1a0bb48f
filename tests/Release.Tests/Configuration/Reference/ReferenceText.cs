using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Tests.Configuration.Reference;

/// <summary>The configuration reference: what a person wrote first, then a table for each record.</summary>
internal static class ReferenceText
{
    public static string Make(string introduction)
    {
        var text = new StringBuilder(introduction.TrimEnd()).Append("\n\n");
        var told = new HashSet<Type>();
        Tell(typeof(EnvironmentOptions), "The file", 2, null, told, text);
        text.Append("## A runbook's file\n\nThe file that `runbook` names lies beside the environment's; [Runbooks](runbook.md) says how to write one.\n\n");
        Tell(typeof(Release.Runbooks.RunbookOptions), "The runbook", 3, null, told, text);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Tell(Type type, string title, int level, string? word, HashSet<Type> told, StringBuilder text)
    {
        told.Add(type);
        text.Append('#', level).Append(' ').Append(title).Append("\n\n").Append(OptionShape.Docs.Of(type)).Append("\n\n");
        text.Append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var member in OptionMember.Of(type).OrderBy(member => member.Name switch { "id" => 0, "type" => 1, _ => 2 }))
        {
            var isWord = word is not null && member.Name == "type" && member.Type == typeof(string);
            text.Append(CultureInfo.InvariantCulture, $"| `{member.Name}` | {(isWord ? $"`\"{word}\"`" : Kind(member))} | {Default(member, type)} | {Cell(Meaning(member))} |\n");
        }

        text.Append('\n');
        foreach (var member in OptionMember.Of(type))
        {
            var inner = OptionShape.ElementOf(member.Type) ?? OptionShape.ValueOf(member.Type) ?? OptionShape.Bare(member.Type);
            if (OptionShape.IsRecord(inner) && !told.Contains(inner))
            {
                Section(inner, told, text);
            }
        }
    }

    private static void Section(Type type, HashSet<Type> told, StringBuilder text)
    {
        if (!OptionShape.IsChosen(type))
        {
            Tell(type, Title(type), 2, null, told, text);
            return;
        }

        told.Add(type);
        var known = OptionShape.Types.Of(type);
        text.Append("## ").Append(Title(type)).Append("\n\n").Append(OptionShape.Docs.Of(type));
        text.Append(known.Count == 0 ? " There is no type of it yet: leave the list empty.\n\n" : $" `type` is {string.Join(" or ", known.Keys.Select(word => $"`\"{word}\"`"))}.\n\n");
        foreach (var (word, record) in known)
        {
            Tell(record, $"{Title(type)}: `{word}`", 3, word, told, text);
        }
    }

    private static string Title(Type type) => type == typeof(ProbeOptions) ? "Probe" : OptionShape.Name(type).Replace('-', ' ') is var name ? char.ToUpperInvariant(name[0]) + name[1..] : "";

    private static string Default(OptionMember member, Type type)
        => member.IsRequired ? "required" : OptionShape.Default(member, type) is { } value ? $"`{Line(value)}`" : OptionShape.IsRecord(OptionShape.Bare(member.Type)) && !member.IsNullable ? "its defaults" : "none";

    private static string Line(JToken value) => value is JArray list ? $"[{string.Join(", ", list.Select(Line))}]" : value.ToString(Formatting.None);

    private static string Meaning(OptionMember member)
    {
        var text = OptionShape.Docs.Of(member.Property);
        var type = OptionShape.Bare(OptionShape.ElementOf(member.Type) ?? member.Type);
        if (type.IsEnum)
        {
            var words = ScalarReader.Words(type).Select(word => $"`\"{word.Key}\"`: {Lowered(OptionShape.Docs.OfWord(type, word.Value.ToString()!))}");
            text = $"{text} {string.Join("; ", words)}.";
        }

        return (member.MayHoldPlaceholders ? $"{text} May hold `${{…}}`." : text)
            + (member.IsInRepository ? " Must be there." : "");
    }

    private static string Lowered(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');

    private static string Kind(OptionMember member)
    {
        var type = OptionShape.Bare(member.Type);
        if (OptionShape.ElementOf(type) is { } element)
        {
            var one = Single(element, member);
            return member.IsOneOrMany ? $"{one}, or a list" : $"list of {one}";
        }

        return OptionShape.ValueOf(type) is { } value ? (value == typeof(JToken) ? "object of any values" : $"object of {Single(value, member)}") : Single(type, member);
    }

    private static string Single(Type type, OptionMember member)
    {
        if (OptionShape.IsRecord(type))
        {
            return type == typeof(JToken) ? "any value" : $"[{Title(type).ToLowerInvariant()}](#{Title(type).ToLowerInvariant().Replace(' ', '-')})";
        }

        return type switch
        {
            _ when type.IsEnum => "word",
            _ when type == typeof(bool) => "`true` or `false`",
            _ when type == typeof(int) => "whole number" + Limits(member),
            _ when type == typeof(double) => "number" + Limits(member),
            _ when type == typeof(TimeSpan) => "duration" + (member.MayBeZero ? ", also `\"0s\"`" : ""),
            _ when type == typeof(Percent) => "percentage",
            _ when member.Forms != ValueForms.None => string.Join(" or ", member.Forms.ToString().Split(", ").Order(StringComparer.Ordinal).Select(form => form == "Percent" ? "percentage" : form.ToLowerInvariant())),
            _ => member.Pattern?.ErrorMessage ?? "text",
        };
    }

    private static string Limits(OptionMember member)
        => member.Range is not { } range ? ""
            : range.Maximum is int.MaxValue ? $" from {OptionShape.Number(range.Minimum)}"
            : $", {OptionShape.Number(range.Minimum)} to {OptionShape.Number(range.Maximum)}";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
