using System.Text;
using Nuke.Common.Execution;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>
/// Writes the workflow that a <see cref="GitHubActionsAttribute"/> describes, in the shape of NUKE's own: checkout, cache, one
/// step that runs the targets, and the upload of what they produce. Actions are pinned by commit, since a tag can be moved.
/// Secrets and inputs reach the build as variables, never inside a shell line.
/// </summary>
internal sealed class WorkflowFile(GitHubActionsAttribute workflow, string name, string buildCommand, string root)
{
    // A tag can be moved to other code, a commit cannot. Checked against many public workflows on 2026-11-21.
    private const string Checkout = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2";
    private const string Cache = "actions/cache@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3";
    private const string Upload = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2";

    private readonly StringBuilder _text = new();

    /// <exception cref="BuildFailure">The attribute contradicts itself or holds what cannot stand in a workflow.</exception>
    public string Text(IReadOnlyCollection<ExecutableTarget> plan)
    {
        Check();
        Line(0, "# Generated from the build. Change the attribute on the build class, then run:");
        Line(0, $"#   ./build.sh --generate-configuration {workflow.Id} --host {workflow.HostName}");
        Line(0, "");
        Line(0, $"name: {Quoted(name)}");
        Line(0, "");
        Triggers();
        Permissions();
        Concurrency(0, workflow.ConcurrencyGroup, workflow.ConcurrencyCancelInProgress);
        Line(0, "");
        Line(0, "jobs:");
        foreach (var image in workflow.Images)
        {
            Job(NameOf(image), plan);
        }

        return _text.ToString();
    }

    private void Check()
    {
        var isDetailed = workflow.OnPushBranches.Length + workflow.OnPushBranchesIgnore.Length + workflow.OnPushTags.Length
            + workflow.OnPushTagsIgnore.Length + workflow.OnPushIncludePaths.Length + workflow.OnPushExcludePaths.Length
            + workflow.OnPullRequestBranches.Length + workflow.OnPullRequestTags.Length + workflow.OnPullRequestIncludePaths.Length
            + workflow.OnPullRequestExcludePaths.Length + Inputs().Count > 0 || workflow.OnCronSchedule is not null;
        Require(isDetailed || workflow.On.Length > 0, "no trigger: set On or one of the On… properties");
        Require(!isDetailed || workflow.On.Length == 0, "On cannot stand beside the other On… properties; use one or the other");
        Require(
            workflow.OnPushBranches.Length == 0 || workflow.OnPushBranchesIgnore.Length == 0,
            "OnPushBranches and OnPushBranchesIgnore exclude each other");
        Require(workflow.OnPushTags.Length == 0 || workflow.OnPushTagsIgnore.Length == 0, "OnPushTags and OnPushTagsIgnore exclude each other");
        Require(workflow.InvokedTargets.Length > 0, "InvokedTargets is empty");
        foreach (var word in workflow.InvokedTargets.Concat(workflow.ImportSecrets).Concat(Inputs()).Append(name.Replace('.', '-')))
        {
            Require(Names.IsName(word), $"'{Names.Shown(word)}' is not a name: only letters, digits, dashes and underscores");
        }

        Require(workflow.TimeoutMinutes >= 0, "TimeoutMinutes is negative");
    }

    private void Triggers()
    {
        if (workflow.On.Length > 0)
        {
            Line(0, $"on: [{string.Join(", ", workflow.On.Select(static trigger => Words(trigger.ToString(), '_')))}]");
            return;
        }

        Line(0, "on:");
        Trigger("push", ("branches", workflow.OnPushBranches), ("branches-ignore", workflow.OnPushBranchesIgnore), ("tags", workflow.OnPushTags),
            ("tags-ignore", workflow.OnPushTagsIgnore), ("paths", Paths(workflow.OnPushIncludePaths, workflow.OnPushExcludePaths)));
        Trigger("pull_request", ("branches", workflow.OnPullRequestBranches), ("tags", workflow.OnPullRequestTags),
            ("paths", Paths(workflow.OnPullRequestIncludePaths, workflow.OnPullRequestExcludePaths)));
        if (Inputs().Count > 0)
        {
            Line(1, "workflow_dispatch:");
            Line(2, "inputs:");
            foreach (var input in Inputs())
            {
                Line(3, $"{input}:");
                Line(4, $"description: {Quoted(string.Join(' ', Words(input, ' ')))}");
                Line(4, $"required: {(workflow.OnWorkflowDispatchRequiredInputs.Contains(input) ? "true" : "false")}");
            }
        }

        if (workflow.OnCronSchedule is { } cron)
        {
            Line(1, "schedule:");
            Line(2, $"- cron: {Quoted(cron)}");
        }
    }

    private void Trigger(string kind, params (string Name, string[] Values)[] lists)
    {
        if (lists.All(static list => list.Values.Length == 0))
        {
            return;
        }

        Line(1, $"{kind}:");
        foreach (var (list, values) in lists.Where(static list => list.Values.Length > 0))
        {
            Line(2, $"{list}:");
            foreach (var value in values)
            {
                Line(3, $"- {Quoted(value)}");
            }
        }
    }

    // Without the word the token may be allowed everything, as the repository's settings have it.
    private void Permissions()
    {
        Line(0, "");
        if (workflow.WritePermissions.Length + workflow.ReadPermissions.Length == 0)
        {
            Line(0, "permissions:");
            Line(1, "contents: read");
            return;
        }

        Line(0, "permissions:");
        foreach (var permission in workflow.WritePermissions.Select(static permission => (permission, "write"))
            .Concat(workflow.ReadPermissions.Except(workflow.WritePermissions).Select(static permission => (permission, "read"))))
        {
            Line(1, $"{Words(permission.permission.ToString(), '-')}: {permission.Item2}");
        }
    }

    private void Concurrency(int depth, string? group, bool cancels)
    {
        if (string.IsNullOrEmpty(group) && !cancels)
        {
            return;
        }

        if (depth == 0)
        {
            Line(0, "");
        }

        Line(depth, "concurrency:");
        Line(depth + 1, $"group: {Quoted(string.IsNullOrEmpty(group) ? "${{ github.workflow }}-${{ github.ref }}" : group)}");
        if (cancels)
        {
            Line(depth + 1, "cancel-in-progress: true");
        }
    }

    private void Job(string image, IReadOnlyCollection<ExecutableTarget> plan)
    {
        Line(1, $"{image.Replace('.', '_')}:");
        Line(2, $"name: {Quoted(image)}");
        Line(2, $"runs-on: {image}");
        if (workflow.TimeoutMinutes > 0)
        {
            Line(2, $"timeout-minutes: {workflow.TimeoutMinutes}");
        }

        Concurrency(2, workflow.JobConcurrencyGroup, workflow.JobConcurrencyCancelInProgress);
        if (workflow.EnvironmentName is { Length: > 0 } environment)
        {
            Line(2, "environment:");
            Line(3, $"name: {Quoted(environment)}");
            if (workflow.EnvironmentUrl is { Length: > 0 } url)
            {
                Line(3, $"url: {Quoted(url)}");
            }
        }

        Line(2, "steps:");
        CheckoutStep();
        CacheStep();
        RunStep();
        foreach (var artifact in workflow.PublishArtifacts ? Artifacts(plan) : [])
        {
            UploadStep(artifact, image);
        }
    }

    private void CheckoutStep()
    {
        Line(3, $"- uses: {Checkout}");
        var with = new List<string>();
        if (workflow.Submodules != GitHubActionsSubmodules.False)
        {
            with.Add($"submodules: {Words(workflow.Submodules.ToString(), '-')}");
        }

        if (workflow.Lfs)
        {
            with.Add("lfs: true");
        }

        if (workflow.AskedFetchDepth is { } depth)
        {
            with.Add($"fetch-depth: {depth}");
        }

        if (workflow.Progress)
        {
            with.Add("progress: true");
        }

        if (workflow.Filter is { Length: > 0 } filter)
        {
            with.Add($"filter: {Quoted(filter)}");
        }

        With(with);
    }

    private void CacheStep()
    {
        if (workflow.CacheKeyFiles.Length == 0 || workflow.CacheIncludePatterns.Length == 0)
        {
            return;
        }

        Line(3, $"- name: {Quoted("Cache: " + string.Join(", ", workflow.CacheIncludePatterns))}");
        Line(4, $"uses: {Cache}");
        Line(4, "with:");
        Line(5, "path: |");
        foreach (var pattern in workflow.CacheIncludePatterns.Concat(workflow.CacheExcludePatterns.Select(static pattern => "!" + pattern)))
        {
            Require(!pattern.Contains('\n', StringComparison.Ordinal), "a cache pattern has a line break");
            Line(6, pattern);
        }

        var files = workflow.CacheKeyFiles.Select(static file => $"'{file.Replace("'", "''", StringComparison.Ordinal)}'");
        Line(5, $"key: ${{{{ runner.os }}}}-${{{{ hashFiles({string.Join(", ", files)}) }}}}");
    }

    private void RunStep()
    {
        Line(3, $"- name: {Quoted("Run: " + string.Join(", ", workflow.InvokedTargets))}");
        Line(4, $"run: ./{buildCommand} {string.Join(' ', workflow.InvokedTargets)}");
        var imports = new List<string>();
        imports.AddRange(Inputs().Select(static input => $"{Variable(input)}: ${{{{ inputs.{input} }}}}"));
        imports.AddRange(workflow.ImportSecrets.Select(static secret => $"{Variable(secret)}: ${{{{ secrets.{Words(secret, '_').ToUpperInvariant()} }}}}"));
        if (workflow.EnableGitHubToken)
        {
            imports.Add("GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}");
        }

        if (imports.Count > 0)
        {
            Line(4, "env:");
            imports.ForEach(import => Line(5, import));
        }
    }

    private void UploadStep(string artifact, string image)
    {
        var last = artifact[(artifact.LastIndexOf('/') + 1)..];
        Line(3, $"- name: {Quoted("Publish: " + last)}");
        if (workflow.PublishCondition is { Length: > 0 } condition)
        {
            Line(4, $"if: {Quoted(condition)}");
        }

        // Two jobs of one run cannot give the same name.
        Line(4, $"uses: {Upload}");
        With([$"name: {Quoted(workflow.Images.Length > 1 ? $"{last}-{image}" : last)}", $"path: {Quoted(artifact)}"]);
    }

    // Of what is produced, the deepest folder or file without a pattern in its path.
    private List<string> Artifacts(IReadOnlyCollection<ExecutableTarget> plan)
    {
        var paths = new List<string>();
        foreach (var product in plan.SelectMany(static target => target.ArtifactProducts))
        {
            var relative = Path.GetRelativePath(root, Path.GetFullPath(product, root)).Replace('\\', '/');
            var star = relative.Split('/').TakeWhile(static part => !part.Contains('*', StringComparison.Ordinal)).ToArray();
            Require(star.Length > 0 && star[0] is not (".." or "."), $"'{Names.Shown(product)}' is produced outside of the repository, or is all of it");
            paths.Add(string.Join('/', star));
        }

        return [.. paths.Distinct(StringComparer.Ordinal)];
    }

    private void With(List<string> lines)
    {
        if (lines.Count > 0)
        {
            Line(4, "with:");
            foreach (var line in lines)
            {
                Line(5, line);
            }
        }
    }

    private List<string> Inputs() => [.. workflow.OnWorkflowDispatchOptionalInputs.Concat(workflow.OnWorkflowDispatchRequiredInputs).Distinct(StringComparer.Ordinal)];

    private static string[] Paths(string[] include, string[] exclude) => [.. include, .. exclude.Select(static path => "!" + path)];

    // A bare name does not count as a parameter (nor does any that a CI host sets by chance); this one does in both modes.
    private static string Variable(string parameter) => $"NUKE_{Words(parameter, '_').ToUpperInvariant()}";

    private static string Words(string text, char separator) => Names.Flag(text)[2..].Replace('-', separator);

    private static string NameOf(GitHubActionsImage image) => image switch
    {
        GitHubActionsImage.WindowsServer2022 => "windows-2022",
        GitHubActionsImage.WindowsServer2019 => "windows-2019",
        GitHubActionsImage.Ubuntu2404 => "ubuntu-24.04",
        GitHubActionsImage.Ubuntu2204 => "ubuntu-22.04",
        GitHubActionsImage.Ubuntu2004 => "ubuntu-20.04",
        GitHubActionsImage.Ubuntu1804 => "ubuntu-18.04",
        GitHubActionsImage.MacOs14 => "macos-14",
        GitHubActionsImage.MacOs12 => "macos-12",
        GitHubActionsImage.MacOs11 => "macos-11",
        GitHubActionsImage.MacOs1015 => "macos-10.15",
        GitHubActionsImage.WindowsLatest => "windows-latest",
        GitHubActionsImage.UbuntuLatest => "ubuntu-latest",
        GitHubActionsImage.MacOsLatest => "macos-latest",
        GitHubActionsImage.SelfHosted => "self-hosted",
        _ => throw new BuildFailure($"{image} is not an image of GitHub's that this version knows."),
    };

    // Always in quotes: a branch called "on" or "1.0" must stay text.
    private string Quoted(string text)
    {
        Require(!text.Any(char.IsControl), $"'{Names.Shown(text)}' has control characters");
        return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new UsageFailure($"[GitHubActions(\"{Names.Shown(name)}\")]: {otherwise}. No file was written.");
        }
    }

    private void Line(int depth, string text) => _ = _text.Append(' ', text.Length == 0 ? 0 : 2 * depth).Append(text).Append('\n');
}
