using NuGet.Versioning;
using Release.Configuration;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>Versions from people.</summary>
internal static class Versions
{
    private const int Longest = 64;

    /// <summary>
    /// What was asked for, one version or one for each service that is named, or a refusal: with the nearest name where there
    /// is no such service.
    /// </summary>
    public static string Require(string text, IReadOnlyList<ServiceOptions> services, string parameter = "--version")
    {
        foreach (var version in AskedVersions.Of(text, services, parameter).All)
        {
            _ = Require(version, parameter);
        }

        return text;
    }

    /// <summary>The version, or a refusal. It becomes part of tags, folders and addresses: only SemVer 2.0.0 without metadata.</summary>
    public static string Require(string text, string parameter = "--version") =>
        text.Length <= Longest && SemanticVersion.TryParse(text, out var version) && version.ToString() == text && !version.HasMetadata
            ? text
            : throw new ReleaseException(
                ExitStatus.Usage,
                $"{parameter} {TerminalText.Line(text, 80)} is not a version: expected SemVer such as 1.2.0 or 2.0.0-rc.1, at most {Longest} characters.",
                "Nothing was touched.");
}
