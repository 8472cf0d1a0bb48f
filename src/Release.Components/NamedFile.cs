using System.Text;
using Release.Configuration;
using Release.Runs;

namespace Release.Components;

/// <summary>A text file that a command names: relative to where the command was given, or else to the repository.</summary>
/// <param name="root">The repository.</param>
/// <param name="folder">Where the command was given.</param>
internal sealed class NamedFile(string root, string folder)
{
    /// <summary>Its text.</summary>
    /// <param name="name">As it was typed.</param>
    /// <param name="kind">What it is to be: <c>compose file</c>.</param>
    /// <param name="largest">In MiB.</param>
    /// <param name="missing">What is said when it is not there, and what to do then.</param>
    /// <exception cref="ReleaseException">It is not there, too large, no text, or cannot be read.</exception>
    public string Read(string name, string kind, int largest, (string Message, string Next) missing)
    {
        var path = new[] { Path.GetFullPath(name, folder), Path.GetFullPath(name, root) }.FirstOrDefault(File.Exists)
            ?? throw Usage(missing.Message, missing.Next);
        try
        {
            using var stream = File.OpenRead(path);
            return !stream.CanSeek ? throw Usage($"{OptionText.Found(name)} is a stream and no file.", "Write it into a file and name that.")
                : stream.Length <= largest * 1024L * 1024L ? Text(stream)
                : throw Usage($"{OptionText.Found(name)} is larger than {largest} MiB: it is no {kind}.", "Name another one.");
        }
        catch (DecoderFallbackException)
        {
            throw Usage($"{OptionText.Found(name)} is not UTF-8 text.", "Save it as UTF-8 and run the command again.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Usage($"{OptionText.Found(name)} cannot be read: {problem.Message}", "Make it readable for you and run the command again.");
        }
    }

    private static string Text(FileStream stream)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return reader.ReadToEnd();
    }

    private static ReleaseException Usage(string message, string next) => new(ExitStatus.Usage, message, next);
}
