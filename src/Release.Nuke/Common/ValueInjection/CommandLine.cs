namespace Nuke.Common.ValueInjection;

/// <summary>
/// Splits the arguments into targets and parameters. Each option takes as many words as its type has: a switch none, so
/// that a following word is a target; a list takes words until the next option or the name of a target.
/// </summary>
internal sealed class CommandLine
{
    private readonly IReadOnlyList<string> _arguments;
    private readonly Func<string, Arity?> _arityOf;
    private readonly Func<string, bool> _isTarget;
    private readonly List<string> _problems;
    private int _next;

    private CommandLine(
        IReadOnlyList<string> arguments, Func<string, Arity?> arityOf, Func<string, bool> isTarget, List<string> problems)
        => (_arguments, _arityOf, _isTarget, _problems) = (arguments, arityOf, isTarget, problems);

    public List<string> Targets { get; } = [];

    /// <summary>By key. Unknown ones are in <see cref="Unknown"/>.</summary>
    public Dictionary<string, List<string>> Given { get; } = [];

    public List<string> Unknown { get; } = [];

    /// <summary>Words that stand after the one value of an option, by word: they are targets, and perhaps were not meant so.</summary>
    public Dictionary<string, string> After { get; } = [];

    public static CommandLine Parse(
        IReadOnlyList<string> arguments, Func<string, Arity?> arityOf, Func<string, bool> isTarget, List<string> problems)
    {
        var line = new CommandLine(arguments, arityOf, isTarget, problems);
        while (line._next < arguments.Count)
        {
            var argument = arguments[line._next++];
            if (argument is "-h" or "-?")
            {
                line.Given["help"] = ["true"];
            }
            else if (IsOption(argument))
            {
                line.Option(argument);
            }
            else
            {
                line.Target(argument);
            }
        }

        return line;
    }

    private static bool IsOption(string argument)
        => argument.Length > 1 && argument[0] == '-' && !char.IsAsciiDigit(argument[1]);

    // An unset variable in a script ends up as an empty word: taken for nothing, the default target would run.
    private void Target(string argument)
    {
        var names = argument.Split('+', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
        {
            _problems.Add("A word is empty where the name of a target should stand (an unset variable?). Name a target, or leave the word out.");
        }

        Targets.AddRange(names);
    }

    private void Option(string argument)
    {
        if (argument == "--")
        {
            _problems.Add("-- stands alone: there is nothing behind it to pass on. Write targets and parameters without it.");
            return;
        }

        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var flag = equals < 0 ? argument : argument[..equals];
        var value = equals < 0 ? null : argument[(equals + 1)..];
        var key = Names.Key(flag);
        if (flag.StartsWith("---", StringComparison.Ordinal) || !Names.IsName(flag) || _arityOf(key) is not { } arity)
        {
            Unknown.Add(flag);
            if (value is null && _next < _arguments.Count && !IsOption(_arguments[_next]) && !_isTarget(_arguments[_next]))
            {
                _next++; // Probably its value: reporting that as an unknown target too would only confuse.
            }

            return;
        }

        var words = value is not null ? Written(flag, value) : Following(flag, arity);
        if (words is null)
        {
            return;
        }

        if (!Given.TryGetValue(key, out var before))
        {
            Given[key] = words;
        }
        else if (arity is Arity.List or Arity.Optional)
        {
            before.AddRange(words);
        }
        else if (!before.SequenceEqual(words))
        {
            _problems.Add($"{flag} is given twice, with different values; give it once.");
        }

        if (arity == Arity.Single && value is null && _next < _arguments.Count && !IsOption(_arguments[_next]))
        {
            After[_arguments[_next]] = flag;
        }
    }

    private List<string>? Written(string flag, string value)
    {
        // An unset variable in a script or a workflow ends up as this: it must not count as an answer.
        if (value.Length == 0)
        {
            _problems.Add($"{flag}= has no value. Leave {flag} out, or say what it is.");
            return null;
        }

        return [value];
    }

    private List<string>? Following(string flag, Arity arity)
    {
        var words = new List<string>();
        var most = arity switch
        {
            Arity.Switch => 0,
            Arity.Single or Arity.Optional => 1,
            Arity.List => int.MaxValue,
            _ => throw new InvalidOperationException($"No such arity: {arity}."),
        };
        while (words.Count < most && _next < _arguments.Count && !IsOption(_arguments[_next])
            && !(words.Count > 0 && _isTarget(_arguments[_next])))
        {
            words.Add(_arguments[_next++]);
        }

        if (arity == Arity.Optional && _next < _arguments.Count && !IsOption(_arguments[_next]))
        {
            _problems.Add($"{flag}: is '{Names.Shown(_arguments[_next])}' to be skipped or run? Write {flag} {Names.Shown(words[0])}+{Names.Shown(_arguments[_next])} "
                + $"to skip both, or put the targets to run before {flag}.");
        }

        if (arity is Arity.Switch)
        {
            return ["true"];
        }

        if (arity is Arity.Optional && words.Count == 0)
        {
            return words;
        }

        if (words.Count == 0 || words.Exists(static word => word.Length == 0))
        {
            _problems.Add($"{flag} needs a value, as {flag} …"
                + (_next < _arguments.Count && IsOption(_arguments[_next])
                    ? $"; {Names.Shown(_arguments[_next])} is an option of its own. Write {flag}=… for a value that begins with a dash."
                    : "."));
            return null;
        }

        return words;
    }
}
