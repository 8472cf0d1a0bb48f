namespace Release.Components;

/// <summary>
/// The schema from which editors complete environments. It was generated of the option types and lies in the program; a
/// repository that describes environments gets a copy beside them.
/// </summary>
internal static class EnvironmentSchema
{
    /// <summary>Its file, relative to the repository.</summary>
    public const string File = ".nuke/environment.schema.json";

    /// <summary>Makes the repository's copy what it should be. It is only for editors, so that nothing fails for it.</summary>
    public static void Keep(string root, Action<string> say)
    {
        var path = Path.Combine(root, File);
        try
        {
            var text = Text();
            if (!System.IO.File.Exists(path) || System.IO.File.ReadAllText(path) != text)
            {
                Durable.CreateDirectory(Path.GetDirectoryName(path)!);
                Durable.Replace(path, text);
                say($"{File} is up to date: editors complete environments from it.");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            say($"{File} could not be written ({problem.Message}): editors will not complete environments.");
        }
    }

    private static string Text()
    {
        using var stream = typeof(EnvironmentSchema).Assembly.GetManifestResourceStream("environment.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
