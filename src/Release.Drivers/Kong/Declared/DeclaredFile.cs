using Release.Runs;

namespace Release.Drivers.Kong.Declared;

/// <summary>The declarative file that Kong loads when it starts.</summary>
internal sealed class DeclaredFile(string path, string shown)
{
    private const int Largest = 8 * 1024 * 1024;

    /// <summary>Reads it.</summary>
    /// <exception cref="ReleaseException">It is not there, or is no declarative file.</exception>
    public DeclaredKong Read()
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= Largest
                ? DeclaredKong.Read(File.ReadAllText(path), shown)
                : throw Problem($"is larger than {Largest >> 20} MiB");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Problem($"cannot be read: {problem.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Puts a new text in its place, whole or not at all, with the rights that the old one had.</summary>
    /// <exception cref="ReleaseException">It cannot be written; the old text stands.</exception>
    public void Write(DeclaredKong changed)
    {
        try
        {
            var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
            Durable.Replace(path, changed.Text);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != mode)
            {
                File.SetUnixFileMode(path, mode);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Problem($"cannot be written, so a restart of Kong would bring other weights than it has now: {problem.Message.TrimEnd('.')}");
        }
    }

    private ReleaseException Problem(string what) =>
        new(ExitStatus.Failed, $"Kong's file {shown} {what}.", "Mend it, or correct traffic/file, and run the command again.");
}
