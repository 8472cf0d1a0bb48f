#nullable disable
using System.Reflection;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Git;

public class GitRepositoryAttribute : ValueInjectionAttributeBase
{
    public GitRepositoryAttribute()
    {
    }

    public override object GetValue(MemberInfo member, object instance)
        => GitRepository.FromLocalDirectory(NukeBuild.RootDirectory);
}

/// <summary>What the files of a repository say. No program is started and nothing is asked of a remote.</summary>
public class GitRepository
{
    private GitRepository()
    {
    }

    /// <summary><c>owner/name</c> of the remote; null without one.</summary>
    public string Identifier { get; private init; }

    public AbsolutePath LocalDirectory { get; private init; }

    /// <summary>The full name of the checked-out reference, or the commit where none is.</summary>
    public string Head { get; private init; }

    /// <summary>Null on a detached head.</summary>
    public string Branch { get; private init; }

    /// <summary>Null before the first commit.</summary>
    public string Commit { get; private init; }

    public IReadOnlyCollection<string> Tags { get; private init; }
    public string RemoteName { get; private init; }
    public string RemoteBranch { get; private init; }
    public string HttpsUrl => Identifier is null ? null : $"https://{Endpoint}/{Identifier}.git";
    public string SshUrl => Identifier is null ? null : $"git@{Endpoint}:{Identifier}.git";

    private string Endpoint { get; init; }

    /// <exception cref="BuildFailure">Neither the directory nor one above it is a git repository.</exception>
    public static GitRepository FromLocalDirectory(AbsolutePath directory)
    {
        var files = GitFiles.Find(directory)
            ?? throw new BuildFailure($"{directory} is not in a git repository; run 'git init' or clone it.");
        var branch = files.Head.StartsWith("refs/heads/", StringComparison.Ordinal) ? files.Head["refs/heads/".Length..] : null;
        var commit = files.Resolve(files.Head);
        var remote = files.Setting($"branch \"{branch}\"", "remote") ?? "origin";
        var url = files.Setting($"remote \"{remote}\"", "url");
        var (endpoint, identifier) = Parse(url);
        var merge = files.Setting($"branch \"{branch}\"", "merge");
        return new GitRepository
        {
            LocalDirectory = files.WorkTree,
            Head = files.Head,
            Branch = branch,
            Commit = commit,
            Tags = [.. files.TagsOf(commit)],
            RemoteName = url is null ? null : remote,
            RemoteBranch = merge?.Replace("refs/heads/", "", StringComparison.Ordinal),
            Endpoint = endpoint,
            Identifier = identifier,
        };
    }

    public override string ToString() => HttpsUrl ?? LocalDirectory;

    private static (string Endpoint, string Identifier) Parse(string url)
    {
        if (url is null)
        {
            return default;
        }

        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? url : url[(scheme + 3)..];
        var start = rest.IndexOf('@', StringComparison.Ordinal) + 1;
        var end = rest.IndexOfAny(scheme < 0 ? [':'] : ['/'], start);
        if (end <= start)
        {
            return default;
        }

        var identifier = rest[(end + 1)..].TrimEnd('/');
        return (rest[start..end],
            identifier.EndsWith(".git", StringComparison.Ordinal) ? identifier[..^".git".Length] : identifier);
    }
}
