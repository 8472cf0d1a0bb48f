namespace Release.Tests.Journal;

/// <summary>A folder of its own for one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("release-journal-");

    /// <summary>Gets a path in it that does not exist yet.</summary>
    public string Env => Path.Combine(_folder.FullName, ".release", "prod");

    public string Root => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
