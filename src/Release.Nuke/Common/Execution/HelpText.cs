using System.ComponentModel;
using System.Reflection;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>
/// What <c>--help</c> prints: the targets by their category, the build's own parameters, then the graph's options. A category
/// is a <see cref="CategoryAttribute"/> on the target, or on the component or class that declares it.
/// </summary>
internal sealed class HelpText(RunConsole console, int? width, ParameterTable table, ParameterValues given, NukeBuild build)
{
    private readonly TextColumns _columns = new(console, width);

    public void Write(IReadOnlyList<ExecutableTarget> targets)
    {
        _columns.Paragraph($"{(RootFolder.AssemblyFile is null ? Path.GetFileName(Environment.ProcessPath) : "./build.sh")} [targets] [parameters]", "");
        var listed = targets.Where(static target => target.Listed).ToList();
        var names = listed.Select(static target => target.Name.Length).Append(0).Max();
        foreach (var group in listed.GroupBy(target => Category(target) ?? "").OrderBy(static group => group.Key.Length == 0))
        {
            console.Line();
            console.Line(group.Key.Length == 0 ? "Targets of this build" : group.Key, Shade.Heading);
            foreach (var target in InOrder([.. group]))
            {
                _columns.Row(target.Name, names, Described(target));
            }
        }

        var options = GraphOptions.All.Where(option => !option.Hidden && table.Find(option.Key).Count == 0).ToList();
        var flags = table.All.Select(static parameter => parameter.Flag.Length)
            .Concat(options.Select(static option => option.Flag.Length)).Max();
        console.Line();
        console.Line("Parameters", Shade.Heading);
        foreach (var parameter in table.All)
        {
            _columns.Row(parameter.Flag, flags, Described(parameter));
        }

        console.Line();
        console.Line("Options of the graph", Shade.Heading);
        foreach (var option in options)
        {
            _columns.Row(option.Flag, flags, Described(option));
        }

        console.Line();
        _columns.Paragraph(
            "Values are looked for on the command line (--name value or --name=value), then in the environment under the name "
            + "in brackets (NUKE_ instead of RELEASE_ works too), then in .nuke/parameters.<profile>.json of each --profile, the "
            + "last one first, then in .nuke/parameters.json.",
            "");
    }

    // A component's target stays the component's, also where the class overrides it.
    private string? Category(ExecutableTarget target)
        => target.Member.GetCustomAttribute<CategoryAttribute>()?.Category
            ?? build.GetType().GetInterfaces()
                .FirstOrDefault(component => component.GetProperty(target.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                    ?.PropertyType == typeof(Target))
                ?.GetCustomAttribute<CategoryAttribute>()?.Category
            ?? target.Member.DeclaringType?.GetCustomAttribute<CategoryAttribute>()?.Category;

    // As declared, except that nothing stands before what it depends on.
    private static List<ExecutableTarget> InOrder(List<ExecutableTarget> group)
    {
        var ordered = new List<ExecutableTarget>();
        while (group.Find(target => !target.ExecutionDependencies.Exists(group.Contains)) is { } next)
        {
            _ = group.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered, .. group];
    }

    private static string Described(ExecutableTarget target)
    {
        var text = (target.Description ?? "").TrimEnd('.');
        var marks = new List<string>();
        if (target.IsDefault)
        {
            marks.Add("default");
        }

        if (target.ExecutionDependencies.Count > 0)
        {
            marks.Add("after " + string.Join(", ", target.ExecutionDependencies.Select(static dependency => dependency.Name).Distinct()));
        }

        if (target.Triggers.Count > 0)
        {
            marks.Add("then " + string.Join(", ", target.Triggers.Select(static triggered => triggered.Name).Distinct()));
        }

        return text + Marks(marks, "(", ")");
    }

    private string Described(BuildParameter parameter)
    {
        var marks = new List<string>();
        var values = parameter.PossibleValues(build).ToList();
        if (values.Count > 0)
        {
            marks.Add("one of " + string.Join(", ", values));
        }

        if (parameter.IsRequired)
        {
            marks.Add("required");
        }

        if (given.Has(parameter.Key))
        {
            marks.Add(parameter.IsSecret
                ? $"given by {given.Origin(parameter.Key)}"
                : $"now {Names.Shown(string.Join(' ', given.Words(parameter.Key)!))} by {given.Origin(parameter.Key)}");
        }
        else if (Default(parameter) is { } value && parameter.Description?.Contains("default", StringComparison.OrdinalIgnoreCase) != true)
        {
            marks.Add($"default {value}");
        }

        marks.Add(Names.Variable(parameter.Name));
        return (parameter.Description ?? "") + Marks(marks, "[", "]");
    }

    private static string Described(GraphOption option)
    {
        var marks = new List<string>();
        if (option.Values.Length > 0)
        {
            marks.Add("one of " + string.Join(", ", option.Values));
        }

        if (option.Default is not null)
        {
            marks.Add($"default {option.Default}");
        }

        if (option.From != From.CommandLine)
        {
            marks.Add(Names.Variable(option.Name));
        }

        return option.Description + Marks(marks, "[", "]");
    }

    private static string Marks(List<string> marks, string open, string close)
        => marks.Count == 0 ? "" : $" {open}{string.Join("; ", marks)}{close}";

    // What a member says where nothing was given; it is the build's code and may need what is not there yet.
    private string? Default(BuildParameter parameter)
    {
        if (parameter.IsSecret)
        {
            return null;
        }

        try
        {
            return Reading.Value(parameter.Member, build) switch
            {
                null or false or "" => null,
                System.Collections.IEnumerable list and not string
                    => string.Join(' ', list.Cast<object?>()) is { Length: > 0 } text ? Names.Shown(text) : null,
                var value => Names.Shown(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""),
            };
        }
#pragma warning disable CA1031 // A getter of the build's that fails here must not take the help away.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
