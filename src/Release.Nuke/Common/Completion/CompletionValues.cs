using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Completion;

/// <summary>
/// What only the build's code can say about a parameter's values, left behind for the completion: a line a value, name and
/// value with a tab between. It is written after the targets, and only when it changed.
/// </summary>
internal static class CompletionValues
{
    public const string Name = "completion.tsv";

    public static void Refresh(NukeBuild build, ParameterTable table)
    {
        if (!(NukeBuild.RootDirectory / ".nuke").DirectoryExists())
        {
            return;
        }

        var file = NukeBuild.TemporaryDirectory / Name;
        try
        {
            var text = string.Concat(
                from parameter in table.All
                where parameter.HasProvider && !parameter.IsSecret
                from value in parameter.PossibleValues(build)
                where value.Length > 0 && !value.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c))
                select $"{parameter.Name}\t{value}\n");
            if ((file.FileExists() ? file.ReadAllText() : "") != text)
            {
                _ = file.WriteAllText(text);
            }
        }
#pragma warning disable CA1031 // The provider is the build's code, and a completion must not fail a release that is done.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The next run tries again.
        }
    }
}
