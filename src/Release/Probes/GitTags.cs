using System.ComponentModel.DataAnnotations;
using Release.Configuration;
using Release.Tools;

namespace Release.Probes;

/// <summary>A tag that must exist.</summary>
public sealed record GitTagOptions
{
    /// <summary>Gets its name.</summary>
    [RegularExpression("[^-\\s\\p{C}][^\\s\\p{C}]*", ErrorMessage = "a tag")]
    [MayHoldPlaceholders]
    public required string Name { get; init; }

    /// <summary>Gets the commit, branch or tag that it must point at (<c>"HEAD"</c>); null for any.</summary>
    [RegularExpression("[^-\\s\\p{C}][^\\s\\p{C}]*", ErrorMessage = "a commit, a branch or a tag")]
    [MayHoldPlaceholders]
    public string? At { get; init; }

    /// <summary>Gets whether it must be annotated: one that is not says neither who made it nor when.</summary>
    public bool Annotated { get; init; }

    /// <summary>Gets the remote that must have it at the same commit; null for none.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._/-]*", ErrorMessage = "the name of a remote such as \"origin\"")]
    public string? Remote { get; init; }
}

/// <summary>Looks at tags: that they exist, what they are, where they point, and that the remote has them.</summary>
internal static class GitTags
{
    public static async Task<ProbeResult?> Problem(IReadOnlyList<GitTagOptions> tags, ProbeContext context, Func<string[], Task<ToolResult>> git)
    {
        foreach (var tag in tags)
        {
            if (await Problem(tag, context, git) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static async Task<ProbeResult?> Problem(GitTagOptions tag, ProbeContext context, Func<string[], Task<ToolResult>> git)
    {
        var name = context.Placeholders.Resolve(tag.Name);
        var found = await git(["cat-file", "-t", $"refs/tags/{name}"]);
        if (!found.Succeeded)
        {
            return new(ProbeVerdict.Fail, $"there is no tag {tag.Name}", $"git tag -a {tag.Name} on the commit that is released");
        }

        if (tag.Annotated && found.StandardOutput.Trim() != "tag")
        {
            return new(ProbeVerdict.Fail, $"the tag {tag.Name} is not annotated, so it says neither who made it nor when", "Make it with git tag -a.");
        }

        var at = await git(["rev-parse", "--verify", "--quiet", $"refs/tags/{name}^{{commit}}"]);
        if (!at.Succeeded)
        {
            return new(ProbeVerdict.Fail, $"the tag {tag.Name} is on no commit");
        }

        if (tag.At is { } where)
        {
            var wanted = await git(["rev-parse", "--verify", "--quiet", $"{context.Placeholders.Resolve(where)}^{{commit}}"]);
            if (!wanted.Succeeded)
            {
                return new(ProbeVerdict.Unavailable, $"there is no commit {where} to compare the tag {tag.Name} with");
            }

            if (wanted.StandardOutput.Trim() is var commit && commit != at.StandardOutput.Trim())
            {
                return new(ProbeVerdict.Fail, $"the tag {tag.Name} is on {Short(at.StandardOutput)}: expected {where}, which is {Short(commit)}");
            }
        }

        return tag.Remote is { } remote ? await Unpushed(tag, name, remote, at.StandardOutput.Trim(), git) : null;
    }

    // A remote lists an annotated tag and, with ^{} behind its name, the commit that it is on.
    private static async Task<ProbeResult?> Unpushed(GitTagOptions tag, string name, string remote, string commit, Func<string[], Task<ToolResult>> git)
    {
        var listed = await git(["ls-remote", "--tags", "--", remote, $"refs/tags/{name}", $"refs/tags/{name}^{{}}"]);
        if (!listed.Succeeded)
        {
            return new(ProbeVerdict.Unavailable, $"{remote} does not say which tags it has: {listed.Shown}");
        }

        var lines = listed.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(parts => parts.Length == 2).ToList();
        var there = (lines.FirstOrDefault(parts => parts[1].EndsWith("^{}", StringComparison.Ordinal)) ?? lines.FirstOrDefault())?[0];
        return there is null ? new(ProbeVerdict.Fail, $"{remote} does not have the tag {tag.Name}", $"git push {remote} {tag.Name}")
            : there != commit ? new(ProbeVerdict.Fail, $"the tag {tag.Name} is on {Short(there)} at {remote} and on {Short(commit)} here")
            : null;
    }

    private static string Short(string commit) => commit.Trim() is var text && text.Length > 12 ? text[..12] : text;
}
