using Release.Output;
using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Processes;

/// <summary>Compiles the project, once for each state of its sources.</summary>
/// <param name="target">Finds the project file, or a folder with a published program; throws when there is neither.</param>
/// <param name="cache">Where what was published is kept, a folder per digest.</param>
/// <param name="context">The surroundings.</param>
internal sealed class Publisher(Func<string> target, string cache, DriverContext context)
{
    private const int ShownErrors = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The folder with the published program; compiled now if it is not there yet.</summary>
    /// <exception cref="ReleaseException">The sources do not compile; the message has the first errors.</exception>
    public async Task<string> Publish(string sources, CancellationToken cancellation)
    {
        var project = target();
        if (Directory.Exists(project))
        {
            return project;
        }

        var published = Path.Combine(cache, sources);
        if (Directory.Exists(published))
        {
            return published;
        }

        using var held = await FolderLock.Take(
            published + ".lock", Longest, context.Time, cancellation, () => context.Report("  another process compiles the same sources: waiting for it"));
        if (!Directory.Exists(published))
        {
            await Compile(project, published, cancellation);
        }

        return published;
    }

    private async Task Compile(string project, string published, CancellationToken cancellation)
    {
        // Whoever holds the lock may clear what a killed compilation left.
        var scratch = published + ".tmp";
        var output = Path.Combine(scratch, "publish");
        Clear(scratch);
        context.Report($"  Compiling {Path.GetFileNameWithoutExtension(project)} …");
        var result = await Run(PublishCommands.Publish(DotnetProgram.Host, project, output, scratch), cancellation);
        if (!result.Succeeded && NeedsPackages(result))
        {
            context.Report("  Packages could not be fetched; compiling without ahead-of-time code …");
            Clear(scratch);
            result = await Run(PublishCommands.PublishPortable(DotnetProgram.Host, project, output, scratch), cancellation);
        }

        if (!result.Succeeded)
        {
            throw new ReleaseException(
                ExitStatus.Failed,
                $"{Path.GetFileName(project)} does not compile; nothing was started.\n{Errors(result)}",
                "Correct the sources and run the same command again.");
        }

        FolderCopy.Flush(output);
        Directory.Move(output, published);
        Durable.FlushDirectory(cache);
        Clear(scratch);
    }

    private static bool NeedsPackages(ToolResult result) =>
        result.StandardOutput.Contains("error NU", StringComparison.Ordinal)
        || result.StandardOutput.Contains("error NETSDK1094", StringComparison.Ordinal);

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Errors(ToolResult result)
    {
        var errors = result.StandardOutput.Split('\n')
            .Where(line => line.Contains("error ", StringComparison.Ordinal))
            .Select(line => "  " + TerminalText.Line(line.Trim(), 300))
            .Distinct()
            .Take(ShownErrors)
            .ToList();
        return errors.Count > 0 ? string.Join('\n', errors) : result.Shown;
    }

    private Task<ToolResult> Run(ToolCommand command, CancellationToken cancellation) =>
        context.Tool.Run(command with { WorkingFolder = context.Root }, cancellation);
}
