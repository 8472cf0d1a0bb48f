using Release.Acceptance.Processes;

namespace Release.Acceptance.Documentation;

/// <summary>
/// Does what a page says, in its order, in a clone of its own that is compiled already and judges on fewer requests. Each
/// line is given to bash as it stands, except for the few that this machine must not or cannot take word for word.
/// </summary>
internal sealed class PageRun(CompiledClone clone, Action<string> say) : IAsyncDisposable
{
    // What a page may use besides ./build.sh. A program that is not here is a page that this test does not understand.
    private static readonly string[] Known = ["cat", "cp", "curl", "echo", "eval", "git", "grep", "head", "ls", "mkdir", "printf"];

    /// <summary>A guard against hanging: what a page starts may have to compile first, on a slow host.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly List<string> _problems = [];
    private readonly List<RootFolder> _roots = [];
#pragma warning disable CA2213 // It is the last of those that are disposed of.
    private RootFolder? _root;
#pragma warning restore CA2213
    private string _folder = "";
    private string _step = "1500ms";
    private Command? _background;

    /// <summary>Gets what was not as the pages say.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public async Task Follow(MarkdownPage page)
    {
        // A page that has its reader wait until something is judged needs a gate that takes its time.
        _step = page.Blocks.Any(block => block.HasCommands && block.Commands().Any(command => command.Line.StartsWith("sleep ", StringComparison.Ordinal))) ? "4s" : _step;
        foreach (var block in page.Blocks.Where(block => block.HasCommands))
        {
            foreach (var command in block.Commands())
            {
                await (block.PlannedBecause is null ? Do(command) : Plan(command));
                if (_problems.Count > 0)
                {
                    return; // What follows on a page rests on what was before.
                }
            }
        }
    }

    /// <summary>Whether the build understands a command: its targets and parameters are there. Nothing is run.</summary>
    public async Task Plan(DocumentedCommand command)
    {
        await Root();
        var words = command.OfTheBuild ?? throw new InvalidOperationException($"{command}: only commands of ./build.sh can be planned");
        var line = words.Intersect(["--help", "--completion", "--plan"]).Any() ? words : words.Append("--plan").ToList();
        var ended = await _root!.Run(line);
        if (ended.ExitCode != 0)
        {
            _problems.Add($"{command}\nThe build does not understand this:\n{ended}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _background?.Dispose();
        foreach (var root in _roots)
        {
            await root.DisposeAsync();
        }
    }

    private Task Do(DocumentedCommand command)
    {
        var words = DocumentedCommand.Words(command.Line);
        return words switch
        {
            ["git", "clone", _, _] => Clone(),
            ["cd", var folder] => ChangeTo(command, folder),
            ["sleep", _] => WaitUntilItJudges(command),
            ["kill", "-9", "$!"] => Kill(command),
            ["./build.sh", ..] when command.IsBackground => StartInBackground(command),
            ["./build.sh", ..] => Run(command),
            [var program, ..] when Known.Contains(program) => Run(command),
            _ => throw new InvalidOperationException($"{command}: this test does not understand '{words[0]}'; teach it to {nameof(PageRun)}"),
        };
    }

    private async Task Run(DocumentedCommand command)
    {
        await Root();
        using var process = Start(command.Line);
        var ended = await process.End(Longest);
        say($"{command.Place} {ended.Took.TotalSeconds:0.0} s: {command.Line} -> {ended.ExitCode}");
        if (ended.ExitCode != command.ExitCode)
        {
            _problems.Add($"{command}\nends with {ended.ExitCode}, the page says {command.ExitCode}:\n{ended}");
            return;
        }

        foreach (var shown in command.Shown.Where(shown => !DocumentedCommand.Has(ended.Everything, shown)))
        {
            _problems.Add($"{command}\ndoes not print what the page shows:\n  {shown}\nIt prints:\n{ended}");
        }
    }

    private async Task StartInBackground(DocumentedCommand command)
    {
        await Root();
        _background = Start("exec " + command.Line.TrimEnd('&', ' '));
    }

    // A person waits some seconds; here it is as long as it takes until the thing that the page waits for is so.
    private async Task WaitUntilItJudges(DocumentedCommand command)
    {
        if (_background is null || !await _root!.Reaches(Moment.Judging, _background))
        {
            _problems.Add($"{command}\nnothing in the background judges a candidate");
        }
    }

    private async Task Kill(DocumentedCommand command)
    {
        _background!.Send(Machine.Kill);
        var ended = await _background.End();
        if (ended.ExitCode != 128 + Machine.Kill)
        {
            _problems.Add($"{command}\nit had ended by itself before:\n{ended}");
        }
    }

    private async Task ChangeTo(DocumentedCommand command, string folder)
    {
        if (folder.StartsWith("examples/", StringComparison.Ordinal))
        {
            // An example that compiles itself does so where the library is compiled already.
            _root = new RootFolder(clone, Path.Combine(clone.Folder, folder));
            _roots.Add(_root);
        }

        await Root();
        _folder = folder == "release" || _root!.Folder.EndsWith(folder, StringComparison.Ordinal)
            ? _root!.Folder
            : Path.GetFullPath(folder, _folder);
        if (!Directory.Exists(_folder))
        {
            _problems.Add($"{command}\nthere is no such folder");
        }
    }

    private Task Root() => _root is null ? Clone() : Task.CompletedTask;

    // build.sh finds what the clone compiled: the sources are the same, so nothing is compiled again.
    private async Task Clone()
    {
        _root = await RootFolder.Create(clone, new Settings { Step = _step });
        _roots.Add(_root);
        _folder = _root.Folder;
        var compiled = Path.Combine(_folder, "artifacts", "build");
        Directory.CreateDirectory(Path.GetDirectoryName(compiled)!);
        Directory.CreateSymbolicLink(compiled, Path.Combine(clone.Folder, "artifacts", "build"));
    }

    private Command Start(string line)
    {
        var environment = Machine.CleanEnvironment();

        // An example's build is compiled as build.sh compiles ours, so that what is there already is used.
        (environment["QuickBuild"], environment["Configuration"]) = ("true", "Release");
        return Command.Start(_folder, environment, "bash", "-c", line);
    }
}
