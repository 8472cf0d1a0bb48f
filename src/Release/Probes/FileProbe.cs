using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A file is there, and as it should be.</summary>
public sealed record FileProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the file, relative to the repository.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a path")]
    public required string Path { get; init; }

    /// <summary>Gets how old its content must be at least.</summary>
    public TimeSpan? MinAge { get; init; }

    /// <summary>Gets how old its content may be.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets how large it must be at least (<c>"1MB"</c>); null for any.</summary>
    [ValueForm(ValueForms.Size)]
    public string? MinSize { get; init; }

    /// <summary>Gets its SHA-256; null for any.</summary>
    [RegularExpression("[0-9a-f]{64}", ErrorMessage = "64 lower-case hexadecimal digits")]
    public string? Sha256 { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MinAge > MaxAge)
        {
            yield return new("minAge", $"expected at most maxAge ({ValueText.Of(MaxAge.Value)}), found {ValueText.Of(MinAge.Value)}", "maxAge");
        }
    }
}

/// <summary>Looks at size, age and content.</summary>
internal static class FileProbe
{
    /// <summary>How far clocks of two machines are apart that are kept in time.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static async Task<ProbeResult> Look(FileProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var path = context.FullPath(options.Path);
        if (FileKind.IsOther(path))
        {
            return new(ProbeVerdict.Unavailable, $"{options.Path} is no file but a folder, a pipe or a device", "Correct the path.");
        }

        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
            var age = context.Time.GetUtcNow() - File.GetLastWriteTimeUtc(file.SafeFileHandle);
            var problem = Problem(options, file.Length, age);
            if (problem is null && options.Sha256 is { } expected)
            {
                var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
                problem = found == expected ? null : $"its SHA-256 is {found}: expected {expected}";
            }

            return problem is null
                ? new(ProbeVerdict.Pass, $"{options.Path}: {file.Length} bytes, {Age(age)} old")
                : new(ProbeVerdict.Fail, $"{options.Path}: {problem}");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(ProbeVerdict.Fail, $"{options.Path} does not exist", "Make it, or correct the path.");
        }
    }

    private static string? Problem(FileProbeOptions options, long length, TimeSpan age)
    {
        if (options.MinSize is { } size && ValueText.TrySize(size, out var least) && length < least)
        {
            return $"{length} bytes: expected at least {size}";
        }

        return age < -Skew && (options.MinAge ?? options.MaxAge) is not null
                ? $"its date is {Age(-age)} ahead of this machine's clock, so its age is not known"
            : age < options.MinAge ? $"{Age(age)} old: expected at least {ValueText.Of(options.MinAge.Value)}"
            : age > options.MaxAge ? $"{Age(age)} old: expected at most {ValueText.Of(options.MaxAge.Value)}"
            : null;
    }

    private static string Age(TimeSpan age) => ValueText.Of(TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)));
}
