using System.Reflection;
using Nuke.Common.CI;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Writes the CI host's file that an attribute of the build class describes.</summary>
internal static class Generated
{
    /// <returns>The exit code.</returns>
    public static int Write(BuildRun run, RunConsole console, NukeBuild build, List<ExecutableTarget> targets, string id)
    {
        var all = build.GetType().GetCustomAttributes<ConfigurationAttributeBase>().ToList();
        var wanted = all.Find(one => Names.IsName(id) && Names.Key(one.Id) == Names.Key(id))
            ?? throw new UsageFailure($"--generate-configuration {Names.Shown(id)}: {build.GetType().Name} has no such attribute. "
                + (all.Count == 0 ? "It has none." : $"There are: {string.Join(", ", all.Select(static one => one.Id))}."));
        wanted.Build = build;
        var shown = Path.GetRelativePath(run.Root, wanted.ConfigurationFile);
        try
        {
            var isSame = wanted.ConfigurationFile.FileExists() && wanted.ConfigurationFile.ReadAllText() == wanted.Text(targets);
            if (!isSame)
            {
                wanted.Generate(targets);
            }

            console.Line($"{shown} {(isSame ? "is as the build describes it" : "is written")}.");
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageFailure($"{shown} cannot be written: {exception.Message}");
        }
    }
}
