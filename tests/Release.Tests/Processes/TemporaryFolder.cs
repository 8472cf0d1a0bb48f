namespace Release.Tests.Processes;

/// <summary>A folder that goes with its test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("release-").FullName;

    public string this[string inner] => System.IO.Path.Combine(Path, inner);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that the test killed a moment ago may still write its last file.
        }
    }
}
