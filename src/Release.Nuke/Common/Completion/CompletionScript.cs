using Nuke.Common.ValueInjection;

namespace Nuke.Common.Completion;

/// <summary>
/// The scripts that <c>--completion</c> prints. A key press starts no build: the script reads
/// <c>.nuke/build.schema.json</c>, which is kept in the repository, the profiles' file names, and the values that only the
/// build knows (the environments, say) from what the last run left in <c>.nuke/temp</c>.
/// </summary>
internal static class CompletionScript
{
    // What is between the fields of a line: no text has it, and no shell takes it for a blank.
    private const string FieldEnd = "\\037";

    public static string For(string shell, ParameterTable table) => (shell switch
    {
        "bash" => BashCompletion.Script,
        "zsh" => ZshCompletion.Script,
        "powershell" => PowerShellCompletion.Script,
        _ => throw new BuildFailure($"There is no completion for {shell}."),
    })
        .Replace("@reader@", Reader, StringComparison.Ordinal)
        .Replace("@options@", Options(shell, table), StringComparison.Ordinal)
        .Replace("@values@", CompletionValues.Name, StringComparison.Ordinal)
        .Replace("@end@", FieldEnd, StringComparison.Ordinal)
        .ReplaceLineEndings("\n");

    // The options that the schema leaves out, as they belong to one command line; written as the reader writes the others.
    private static string Options(string shell, ParameterTable table)
    {
        var end = shell == "powershell" ? "|" : FieldEnd;
        return string.Join('\n', GraphOptions.All.Where(static option => option is { Hidden: false, From: From.CommandLine })
            .Where(option => table.Find(option.Key).Count == 0).Select(option => string.Join(end, option.Flag, Kind(option), string.Join(' ', option.Values), option.Description)
                .Replace("'", "’", StringComparison.Ordinal)));
    }

    private static string Kind(GraphOption option) => option.Arity switch
    {
        Arity.Switch => "switch",
        Arity.Optional => "targets",
        Arity.Single or Arity.List or _ => "value",
    };

    // One line a parameter: flag, kind, values, description. Plain awk, as every system has one. It reads the shape in which
    // the schema is written: a parameter a line.
    private const string Reader = """
        function flag(name,   i, c, before, after, text) {
          for (i = 1; i <= length(name); i++) {
            c = substr(name, i, 1); before = substr(name, i - 1, 1); after = substr(name, i + 1, 1)
            if (i > 1 && c ~ /[A-Z]/ && (before !~ /[A-Z]/ || after ~ /[a-z]/)) text = text "-"
            text = text tolower(c)
          }
          return "--" text
        }
        function quoted(text, key,   at, c, value) {
          at = index(text, "\"" key "\": \"")
          if (!at) return ""
          for (at += length(key) + 5; at <= length(text); at++) {
            c = substr(text, at, 1)
            if (c == "\"") break
            if (c == "\\") c = substr(text, ++at, 1)
            value = value c
          }
          rest = substr(text, at)
          return value
        }
        FILENAME ~ /\.tsv$/ { split($0, pair, "\t"); extra[pair[1]] = extra[pair[1]] " " pair[2]; next }
        /^        "[A-Za-z0-9]+": \{ / {
          name = $0; sub(/^ *"/, "", name); sub(/".*/, "", name)
          rest = $0; about = quoted($0, "description"); type = quoted(rest, "type"); values = ""
          if (match($0, /"enum": \[[^]]*\]/)) {
            values = substr($0, RSTART + 9, RLENGTH - 10); gsub(/["\]]/, "", values); gsub(/, /, " ", values)
          }
          kind = type == "boolean" ? "switch" : name == "Target" ? "targets" : name == "Profile" ? "profiles" : "value"
          printf "%s@end@%s@end@%s@end@%s\n", flag(name), kind, values extra[name], about
        }
        """;
}
