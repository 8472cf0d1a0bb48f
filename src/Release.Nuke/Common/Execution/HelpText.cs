using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>What <c>--help</c> and <c>--plan</c> print: targets, then the build's own parameters, then the graph's.</summary>
internal static class HelpText
{
    public static void Write(TextWriter writer, IReadOnlyList<ExecutableTarget> targets, ParameterTable table, NukeBuild build)
    {
        writer.WriteLine("Targets (with their direct dependencies):");
        writer.WriteLine();
        var listed = targets.Where(static target => target.Listed).ToList();
        var width = listed.Select(static target => target.Name.Length).Append(0).Max() + 2;
        foreach (var target in listed)
        {
            var dependencies = target.ExecutionDependencies.Count == 0 ? ""
                : " -> " + string.Join(", ", target.ExecutionDependencies.Select(static dependency => dependency.Name).Distinct());
            var marked = target.IsDefault ? " (default)" : "";
            Row(writer, width, target.Name, $"{target.Description}{marked}{dependencies}".Trim());
        }

        writer.WriteLine();
        writer.WriteLine("Parameters:");
        writer.WriteLine();
        var parameters = table.All.Select(parameter => (parameter.Flag, Text: Described(parameter, build))).ToList();
        var options = GraphOptions.All.Where(option => !option.Hidden && table.Find(option.Key).Count == 0)
            .Select(static option => (Flag: Names.Flag(option.Name), Text: option.Description)).ToList();
        width = parameters.Concat(options).Select(static row => row.Flag.Length).Append(0).Max() + 2;
        parameters.ForEach(row => Row(writer, width, row.Flag, row.Text));
        writer.WriteLine();
        options.ForEach(row => Row(writer, width, row.Flag, row.Text));
        writer.WriteLine();
        writer.WriteLine("Each parameter may also come from an environment variable (--canary-percent from RELEASE_CANARY_PERCENT");
        writer.WriteLine("or NUKE_CANARY_PERCENT), from .nuke/parameters.<profile>.json with --profile, or from .nuke/parameters.json.");
    }

    public static void WritePlan(TextWriter writer, IReadOnlyList<ExecutableTarget> plan)
    {
        var width = plan.Select(static target => target.Name.Length).Append(0).Max() + 2;
        var number = 0;
        foreach (var target in plan)
        {
            var skipped = target.Status != ExecutionStatus.Skipped ? ""
                : target.OnlyWhen is { } condition ? $" (skipped: only when {condition})"
                : $" (skipped {target.Skipped})";
            Row(writer, width, target.Name, $"{target.Description}{skipped}".Trim(), $"{++number,3}. ");
        }
    }

    private static string Described(BuildParameter parameter, NukeBuild build)
    {
        var values = parameter.PossibleValues(build).ToList();
        var marks = new List<string>();
        if (values.Count > 0)
        {
            marks.Add("one of " + string.Join(", ", values));
        }

        if (parameter.IsRequired)
        {
            marks.Add("required");
        }

        return $"{parameter.Description}{(marks.Count == 0 ? "" : $" ({string.Join("; ", marks)})")}".Trim();
    }

    private static void Row(TextWriter writer, int width, string name, string text, string lead = "  ")
        => writer.WriteLine($"{lead}{name.PadRight(width)}{text}".TrimEnd());
}
