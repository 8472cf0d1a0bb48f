using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A version that must stand in a file of the repository.</summary>
public sealed record GitVersionOptions
{
    /// <summary>Gets the file, relative to the repository's folder.</summary>
    [RegularExpression(@"(?!/)(?!.*(^|/)\.\.(/|$))[^\p{C}\\]+", ErrorMessage = "a file of the repository")]
    public required string File { get; init; }

    /// <summary>Gets where it stands in a JSON file (<c>$.version</c>); null for <see cref="Pattern"/>.</summary>
    public string? JsonPath { get; init; }

    /// <summary>
    /// Gets a regular expression whose first group is the version (<c>__version__ = "(.+?)"</c>), tried line by line; null for
    /// <see cref="JsonPath"/>.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>Gets the version that is expected (<c>"3.0.1"</c>); null for <see cref="Service"/>.</summary>
    [MayHoldPlaceholders]
    public string? Expect { get; init; }

    /// <summary>
    /// Gets the service whose version to release is expected; null for <see cref="Expect"/>. While no version is asked for any is well, as
    /// long as there is one.
    /// </summary>
    public string? Service { get; init; }

    /// <summary>Gets <see cref="Pattern"/>, bounded in time: a pattern may take exponentially long.</summary>
    internal Regex Expression => new(Pattern ?? "", RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromSeconds(1));

    internal (string Member, string Message)? Wrong()
    {
        if (JsonPath is null == Pattern is null)
        {
            return (JsonPath is null ? "jsonPath" : "pattern", JsonPath is null ? "missing: expected a \"jsonPath\" such as \"$.version\", or a \"pattern\"" : "there is also \"jsonPath\": expected only one of them");
        }

        if (Expect is null == Service is null)
        {
            return (Expect is null ? "expect" : "service", Expect is null ? "missing: expected the version in \"expect\", or the \"service\" whose version is released" : "there is also \"expect\": expected only one of them");
        }

        if (JsonPath is not null && !Probes.JsonPath.IsValid(JsonPath))
        {
            return ("jsonPath", $"expected a path such as \"$.version\", found {OptionText.Found(JsonPath)}");
        }

        try
        {
            return Pattern is not null && Expression.GetGroupNumbers().Length < 2
                ? ("pattern", $"expected a group around the version, as in \"version = (.+)\", found {OptionText.Found(Pattern)}")
                : null;
        }
        catch (RegexParseException wrong)
        {
            return ("pattern", $"expected a regular expression: {wrong.Message}");
        }
    }
}

/// <summary>Compares versions in files with those that are expected.</summary>
internal static class GitVersions
{
    private const int LargestFile = 4 * 1024 * 1024;

    public static ProbeResult? Problem(GitProbeOptions options, ProbeContext context) =>
        options.Versions.Select(version => Problem(version, Path.GetFullPath(version.File, context.FullPath(options.Path)), context)).FirstOrDefault(problem => problem is not null);

    private static ProbeResult? Problem(GitVersionOptions version, string path, ProbeContext context)
    {
        if (FileKind.IsOther(path) || (new FileInfo(path) is { Exists: true } file && file.Length > LargestFile))
        {
            return new(ProbeVerdict.Unavailable, $"{version.File} is no file that could hold a version", "Correct the path.");
        }

        try
        {
            var found = Found(version, File.ReadAllText(path));
            var expected = version.Service is { } service ? context.Releasing(service) : context.Placeholders.Resolve(version.Expect!);
            return found is null ? new(ProbeVerdict.Fail, $"{version.File} has no version at {version.JsonPath ?? version.Pattern}")
                : expected is not null && found != expected ? new(ProbeVerdict.Fail, $"{version.File} says {found}: expected {expected}", "Release what the repository says, or correct the file.")
                : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(ProbeVerdict.Fail, $"{version.File} does not exist", "Correct the path.");
        }
        catch (Exception broken) when (broken is System.Text.Json.JsonException or Newtonsoft.Json.JsonException)
        {
            return new(ProbeVerdict.Fail, $"{version.File} is not JSON that can be read in one way only");
        }
    }

    private static string? Found(GitVersionOptions version, string text) =>
        version.JsonPath is { } path ? (JsonPath.Find(HttpProbe.Parse(text.TrimStart('\uFEFF')), path) as JValue)?.Value?.ToString()
        : version.Expression.Match(text) is { Success: true } match ? match.Groups[1].Value.Trim()
        : null;
}
