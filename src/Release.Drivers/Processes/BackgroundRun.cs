using System.Globalization;

namespace Release.Drivers.Processes;

/// <summary>
/// One start of a program, as its files tell: <c>run-N.claim</c> (the starter's process id and the step's key, or the word
/// <see cref="Stopped"/>), <c>run-N.child</c> (the program's process id) and <c>run-N.exit</c> (its exit code).
/// </summary>
/// <param name="Folder">The program's folder.</param>
/// <param name="Number">From 1; 0 when the program was never started.</param>
internal sealed record BackgroundRun(string Folder, int Number)
{
    /// <summary>What stands in a claim that no program may have any more.</summary>
    public const string Stopped = "stopped";

    public string Path => System.IO.Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"run-{Number}"));

    public string Claim => Path + ".claim";

    /// <summary>The newest run of the folder.</summary>
    public static BackgroundRun Newest(string folder) => new(
        folder,
        !Directory.Exists(folder)
            ? 0
            : Directory.EnumerateFiles(folder, "run-*.claim")
                .Select(file => System.IO.Path.GetFileNameWithoutExtension(file)["run-".Length..])
                .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
                .DefaultIfEmpty()
                .Max());

    public BackgroundRun Next() => this with { Number = Number + 1 };

    public bool IsStopped => Read(".claim").StartsWith(Stopped, StringComparison.Ordinal);

    /// <summary>Whether the claim was made but not yet written: its writer is between two system calls, or was killed there.</summary>
    public bool IsUnwritten => Number > 0 && Read(".claim").Length == 0;

    public int? Starter => Id(Read(".claim").Split(' ')[0]);

    public int? Child => Id(Read(".child"));

    public int? ExitCode => int.TryParse(Read(".exit"), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    /// <summary>
    /// Takes the run so that nobody can start it any more; false when somebody has it already. A start that was on its way
    /// when its sender was killed meets this and ends.
    /// </summary>
    public bool TryStop(string key)
    {
        try
        {
            using var file = new FileStream(Claim, FileMode.CreateNew, FileAccess.Write);
            file.Write(System.Text.Encoding.UTF8.GetBytes($"{Stopped} {key}\n"));
            return true;
        }
        catch (IOException) when (File.Exists(Claim))
        {
            return false;
        }
    }

    private static int? Id(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1 ? id : null;

    private string Read(string extension)
    {
        try
        {
            return File.ReadAllText(Path + extension).Trim();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
