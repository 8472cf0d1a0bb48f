namespace Release.Components;

/// <summary>
/// The schema from which editors complete environments. It was generated of the option types and lies in the program; a
/// repository that describes environments gets a copy beside them.
/// </summary>
internal static class EnvironmentSchema
{
    /// <summary>Its file, relative to the repository.</summary>
    public const string File = ".nuke/environment.schema.json";

    /// <summary>That of runbooks.</summary>
    public const string RunbookFile = ".nuke/runbook.schema.json";

    /// <summary>Makes the repository's copies what they should be. They are only for editors, so that nothing fails for them.</summary>
    public static void Keep(string root, Action<string> say)
    {
        Keep(root, File, say);
        var folder = Path.Combine(root, Configuration.EnvironmentFile.Folder);
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.runbook.json", SearchOption.AllDirectories).Any())
        {
            Keep(root, RunbookFile, say);
        }
    }

    private static void Keep(string root, string file, Action<string> say)
    {
        var path = Path.Combine(root, file);
        try
        {
            var text = Text(Path.GetFileName(file));
            if (!System.IO.File.Exists(path) || System.IO.File.ReadAllText(path) != text)
            {
                Durable.CreateDirectory(Path.GetDirectoryName(path)!);
                Durable.Replace(path, text);
                say($"{file} is up to date: editors complete {(file == File ? "environments" : "runbooks")} from it.");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            say($"{file} could not be written ({problem.Message}): editors will not complete {(file == File ? "environments" : "runbooks")}.");
        }
    }

    private static string Text(string name)
    {
        using var stream = typeof(EnvironmentSchema).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
