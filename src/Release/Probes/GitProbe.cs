using System.ComponentModel.DataAnnotations;
using Release.Configuration;
using Release.Tools;

namespace Release.Probes;

/// <summary>The repository is there, and as a release wants it.</summary>
public sealed record GitProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the folder, relative to the root.</summary>
    public string Path { get; init; } = ".";

    /// <summary>Gets whether everything must be committed.</summary>
    public bool Clean { get; init; }

    /// <summary>Gets the branch that must be checked out; null for any.</summary>
    [RegularExpression("[^-\\s\\p{C}][^\\s\\p{C}]*", ErrorMessage = "a branch")]
    public string? Branch { get; init; }

    /// <summary>Gets a tag that must not exist yet; null for none.</summary>
    [RegularExpression("[^-\\s\\p{C}][^\\s\\p{C}]*", ErrorMessage = "a tag")]
    [MayHoldPlaceholders]
    public string? TagAbsent { get; init; }

    /// <summary>Gets tags that must exist, and where they must point.</summary>
    public IReadOnlyList<GitTagOptions> Tags { get; init; } = [];

    /// <summary>Gets versions that must stand in files.</summary>
    public IReadOnlyList<GitVersionOptions> Versions { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        for (var i = 0; i < Versions.Count; i++)
        {
            if (Versions[i]?.Wrong() is var (member, message))
            {
                yield return new($"versions[{i}].{member}", message);
            }
        }
    }
}

/// <summary>
/// Asks git, without touching its index, without a question to a person and without running what a repository's own
/// configuration names: its hooks and its file system monitor.
/// </summary>
internal static class GitProbe
{
    private static readonly string[] Harmless =
        ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit", "-c", "submodule.recurse=false"];

    private static readonly Dictionary<string, string?> Quiet = new()
    {
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["LC_ALL"] = "C",
    };

    public static async Task<ProbeResult> Look(GitProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        Task<ToolResult> Git(params string[] arguments)
            => context.Tool.Run(
                new("git", [.. Harmless, .. arguments]) { WorkingFolder = context.FullPath(options.Path), Environment = Quiet, Timeout = options.Timeout }, cancellation);

        var inside = await Git("rev-parse", "--is-inside-work-tree");
        if (!inside.Succeeded)
        {
            return inside.StandardError.Contains("not a git repository", StringComparison.Ordinal)
                ? new(ProbeVerdict.Fail, $"{options.Path} is no git repository", "Clone it with git, or correct the path.")
                : new(ProbeVerdict.Unavailable, $"git could not look: {inside.Shown}");
        }

        // Inside .git itself, and in a repository without files, git says "false" and is content.
        if (inside.StandardOutput.Trim() != "true")
        {
            return new(ProbeVerdict.Fail, $"{options.Path} is in a git repository, but not among its files", "Correct the path.");
        }

        return await Dirty(options, Git) ?? await OtherBranch(options, Git) ?? await TagThere(options, context, Git)
            ?? await GitTags.Problem(options.Tags, context, Git) ?? GitVersions.Problem(options, context)
            ?? new(ProbeVerdict.Pass, $"{options.Path} is a git repository{(options.Clean ? ", everything is committed" : "")}");
    }

    private static async Task<ProbeResult?> Dirty(GitProbeOptions options, Func<string[], Task<ToolResult>> git)
    {
        if (!options.Clean)
        {
            return null;
        }

        var status = await git(["status", "--porcelain=v1", "-z"]);
        var changed = status.StandardOutput.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return !status.Succeeded ? new(ProbeVerdict.Unavailable, $"git status: {status.Shown}")
            : changed.Length == 0 ? null
            : new(ProbeVerdict.Fail, $"{changed.Length} files are not committed, the first: {changed[0]}", "Commit or stash them.");
    }

    private static async Task<ProbeResult?> OtherBranch(GitProbeOptions options, Func<string[], Task<ToolResult>> git)
    {
        if (options.Branch is not { } expected)
        {
            return null;
        }

        // Exit code 1 without a word is a detached head.
        var head = await git(["symbolic-ref", "--short", "--quiet", "HEAD"]);
        var found = head.Succeeded ? head.StandardOutput.Trim() : "no branch";
        return head.ExitCode > 1 ? new(ProbeVerdict.Unavailable, $"git symbolic-ref: {head.Shown}")
            : found == expected ? null
            : new(ProbeVerdict.Fail, $"{found} is checked out: expected {expected}", $"git switch {expected}");
    }

    private static async Task<ProbeResult?> TagThere(GitProbeOptions options, ProbeContext context, Func<string[], Task<ToolResult>> git)
    {
        if (options.TagAbsent is not { } tag)
        {
            return null;
        }

        var found = await git(["show-ref", "--verify", "--quiet", $"refs/tags/{context.Placeholders.Resolve(tag)}"]);
        return found.Succeeded ? new(ProbeVerdict.Fail, $"the tag {tag} exists: expected a new one")
            : found.ExitCode == 1 ? null
            : new(ProbeVerdict.Unavailable, $"git show-ref: {found.Shown}");
    }
}
