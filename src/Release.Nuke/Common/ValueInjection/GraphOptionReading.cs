using Nuke.Common.CI;

namespace Nuke.Common.ValueInjection;

/// <summary>Reads the graph's own options out of what was given; what does not fit becomes a problem.</summary>
internal sealed class GraphOptionReading(ParameterValues values, ParameterTable table, List<string> problems)
{
    public GraphOptions Read(IReadOnlyList<string> profiles)
    {
        if (values.Has("continue"))
        {
            problems.Add("--continue is refused: a list of names does not say what happened outside. "
                + "Run the Resume target, which reads the journal.");
        }

        var options = new GraphOptions
        {
            Plan = Switch("plan"),
            Html = SharedSwitch("html"),
            Help = Switch("help"),
            NoLogo = Switch("nologo"),
            NoInput = SharedSwitch("noinput"),
            Strict = table.Find("strict").Count == 0 && Switch("strict"),
            Profiles = [.. profiles],
            Skip = values.Words("skip") is { } skip ? Split(skip) : null,
            Reason = Reason(),
            Completion = OneOf("completion"),
            GenerateConfiguration = values.Single("generateconfiguration"),
            Verbosity = OneOf("verbosity") is { } name ? Enum.Parse<Verbosity>(name) : Verbosity.Normal,
            Partition = PartitionNamed(values.Single("partition")),
        };
        if (options is { Html: true, Plan: false } && table.Find("html").Count == 0)
        {
            problems.Add("--html goes with --plan: it writes the plan as a file.");
        }

        return options;
    }

    /// <summary>The host that was named; null where it is to be found out.</summary>
    public string? Host() => OneOf("host");

    public static List<string> Split(IReadOnlyList<string> words)
        => [.. words.SelectMany(static word => word.Split(['+', ','], StringSplitOptions.RemoveEmptyEntries))];

    private bool Switch(string key)
    {
        switch (values.Single(key))
        {
            case null:
                return false;
            case var text when bool.TryParse(text, out var on):
                return on;
            case var text:
                problems.Add($"{Names.Flag(OptionOf(key).Name)}: '{Names.Shown(text)}' ({values.Origin(key)}) is not valid; expected true or false.");
                return false;
        }
    }

    // A build may have a switch of the same name for its own targets: then one word means both.
    private bool SharedSwitch(string key) => table.Find(key) is [var parameter, ..]
        ? parameter.IsSwitch && values.ValueOf(parameter) is true
        : Switch(key);

    // Not from a file: a reason that is always there is none.
    private string Reason()
        => values.Single("reason") is { } text && values.Kind("reason") != OriginKind.File ? text.Trim() : "";

    private string? OneOf(string key)
    {
        if (values.Single(key) is not { } given)
        {
            return null;
        }

        var option = OptionOf(key);
        var value = Array.Find(option.Values, value => Names.Key(value) == Names.Key(given));
        if (value is null)
        {
            var nearest = Names.Nearest(given, option.Values) is { } near ? $" Did you mean {near}?" : "";
            problems.Add($"{option.Flag}: '{Names.Shown(given)}' ({values.Origin(key)}) is not valid; expected {OneOfText(option.Values)}.{nearest}");
        }

        return value;
    }

    private static string OneOfText(string[] names) => "one of " + string.Join(", ", names);

    private Partition PartitionNamed(string? text)
    {
        if (text is null || Partition.Parse(text) is not { } partition)
        {
            if (text is not null)
            {
                problems.Add($"--partition: '{Names.Shown(text)}' is not valid; expected part and total, as 2/3.");
            }

            return Partition.Single;
        }

        return partition;
    }

    private static GraphOption OptionOf(string key) => Array.Find(GraphOptions.All, option => option.Key == key)!;
}
