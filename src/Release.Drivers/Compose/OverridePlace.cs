using System.Text;
using Release.Configuration;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>The file of <see cref="OverrideFile"/> in its place beside the other compose files.</summary>
internal sealed class OverridePlace(ComposePlatformOptions options, DriverContext context)
{
    private bool _isTold;

    public string Folder => Path.GetFullPath(options.Folder, context.Root);

    /// <summary>Gets the compose files in their order, ours last.</summary>
    public IReadOnlyList<string> Files => [.. options.Files.Select(f => Path.GetFullPath(f, Folder)), PathOf];

    private string PathOf => Path.Combine(Folder, options.Override);

    /// <summary>What it says now.</summary>
    /// <exception cref="ReleaseException">It is not as we wrote it.</exception>
    public OverrideFile Read()
    {
        try
        {
            return File.Exists(PathOf) ? OverrideFile.Parse(File.ReadAllText(PathOf), PathOf) : OverrideFile.Empty;
        }
        catch (ConfigurationException strange)
        {
            throw new ReleaseException(ExitStatus.Failed, strange.Message, $"Mend {PathOf} and run the command again.");
        }
    }

    /// <summary>Writes what compose reads from now on.</summary>
    public void Write(OverrideFile file) => Durable.Replace(PathOf, Encoding.UTF8.GetBytes(file.Render()));

    /// <summary>
    /// Sees that the file is there (compose refuses a file that is named and missing), and says loudly where compose would not
    /// read it: the next <c>up</c> by hand would go back to the images of the other files.
    /// </summary>
    public void Tell()
    {
        if (!File.Exists(PathOf))
        {
            Write(OverrideFile.Empty);
        }

        if (!_isTold && !IsRead())
        {
            _isTold = true;
            context.Report($"  {options.Override} is not among the files that compose reads by itself in {options.Folder}: `up` by hand would take releases back. "
                + $"Put this into {options.Folder}/.env: COMPOSE_FILE={string.Join(':', options.Files.Append(options.Override))}");
        }
    }

    private bool IsRead()
    {
        var path = Path.Combine(Folder, ".env");
        var files = File.Exists(path) ? File.ReadLines(path).Select(l => l.Trim()).LastOrDefault(l => l.StartsWith("COMPOSE_FILE=", StringComparison.Ordinal)) : null;
        return files?["COMPOSE_FILE=".Length..].Trim('"', '\'').Split(':', ';').Any(f => Path.GetFileName(f) == options.Override)
            ?? (options.Override is "docker-compose.override.yml" or "compose.override.yml");
    }
}
