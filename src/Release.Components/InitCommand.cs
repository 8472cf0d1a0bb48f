using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Compose;
using Release.Runs;

namespace Release.Components;

/// <summary>
/// Makes <c>environments/&lt;name&gt;.json</c>. What it writes was validated first, is whole or not there at all, and never
/// takes the place of another file.
/// </summary>
/// <param name="root">The repository.</param>
/// <param name="folder">The folder that the name of a compose file is relative to; the repository comes second.</param>
/// <param name="say">Takes one line for a person.</param>
internal sealed class InitCommand(string root, string folder, Action<string> say)
{
    private const string Compose = "compose";

    // The order in which compose itself looks for them.
    private static readonly string[] ComposeFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    /// <summary>Makes it.</summary>
    /// <param name="name">The new environment.</param>
    /// <param name="from">The name of an environment; or <c>compose</c>, and perhaps a file.</param>
    /// <exception cref="ReleaseException">It cannot be made; nothing was written.</exception>
    /// <exception cref="ConfigurationException">What it would be made from is wrong; nothing was written.</exception>
    public RunResult Run(string name, IReadOnlyList<string> from)
    {
        var (text, next) = Made(name, from);
        var path = EnvironmentFile.PathOf(root, name);
        Durable.CreateDirectory(Path.GetDirectoryName(path)!);
        Durable.Replace(path, text);
        EnvironmentSchema.Keep(root, say);
        return new(ExitStatus.Done, $"{EnvironmentFile.FileOf(name)} is there.", next);
    }

    /// <summary>Refuses what cannot be made. Nothing is written, whatever comes of it.</summary>
    /// <inheritdoc cref="Run"/>
    public void Check(string name, IReadOnlyList<string> from) => _ = Made(name, from);

    private (string Text, string Next) Made(string name, IReadOnlyList<string> from)
    {
        RefuseName(name);
        return from switch
        {
            [Compose] => OfCompose(name, FoundComposeFile()),
            [Compose, var file] => OfCompose(name, file),
            [var example] => OfExample(name, example),
            _ => throw Usage(
                "--from takes the name of an environment, or \"compose\" and one file.",
                $"{OwnProgram.Command} Init --env {name} --from {Nearest.Order("local", EnvironmentFile.Names(root)).FirstOrDefault() ?? "compose docker-compose.yml"}"),
        };
    }

    private void RefuseName(string name)
    {
        if (!EnvironmentFile.IsName(name))
        {
            throw Usage(
                $"--env {OptionText.Found(name)} cannot be an environment's name: expected lower-case letters, digits and dashes, below folders as in \"prod/search\".",
                $"{OwnProgram.Command} Init --env my-stack --from local");
        }

        var (file, path) = (EnvironmentFile.FileOf(name), EnvironmentFile.PathOf(root, name));
        if (File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            throw Usage($"{file} exists already, and Init overwrites nothing.", $"Give another name with --env, or move it away first: mv {file} {file}.old");
        }
    }

    private (string Text, string Next) OfExample(string name, string example)
    {
        if (!EnvironmentFile.Names(root).Contains(example))
        {
            var names = EnvironmentFile.Names(root);
            throw Usage(
                $"--from {OptionText.Found(example)}: there is no such environment. {OptionText.Hint(example, names)}",
                "Or make it from a compose file: --from compose docker-compose.yml");
        }

        _ = EnvironmentFile.Load(root, example, DriverTypes.All);
        var text = EnvironmentCopy.Named(EnvironmentFile.ReadText(root, example), name);
        _ = EnvironmentFile.Parse(text, EnvironmentFile.FileOf(name), DriverTypes.All);
        say($"{EnvironmentFile.FileOf(name)} is {EnvironmentFile.FileOf(example)} with another name.");
        return (text, $"Change what differs, then look: {OwnProgram.Command} Preview --env {name}");
    }

    private (string Text, string Next) OfCompose(string name, string file)
    {
        var draft = ComposeDraft.Of(ComposeText(file), file, name);
        foreach (var line in draft.Lines)
        {
            say(line);
        }

        // Everything but what is left to be done must be right.
        _ = EnvironmentFile.Parse(draft.Finished, EnvironmentFile.FileOf(name), DriverTypes.All);
        foreach (var todo in draft.Unfinished)
        {
            say($"still to be done: {todo}");
        }

        return (draft.Text, $"{draft.Unfinished.Count} things are still to be done: they stand under \"unfinished\" in it. Do each, remove its line, then look: {OwnProgram.Command} Preview --env {name}");
    }

    private string FoundComposeFile()
        => ComposeFiles.FirstOrDefault(file => File.Exists(Path.Combine(folder, file)) || File.Exists(Path.Combine(root, file)))
            ?? throw Usage($"There is no {string.Join(", ", ComposeFiles[..^1])} or {ComposeFiles[^1]} here.", "Name the file: --from compose path/to/docker-compose.yml");

    private string ComposeText(string file) => new NamedFile(root, folder).Read(
        file, "compose file", 1, ($"--from compose {OptionText.Found(file)}: there is no such file.", "Name a compose file: --from compose docker-compose.yml"));

    private static ReleaseException Usage(string message, string next) => new(ExitStatus.Usage, message, next);
}
