namespace Release.Tests.Processes;

/// <summary>A test that needs programs of the machine; without them it is skipped and says which one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramsFactAttribute : FactAttribute
{
    public ProgramsFactAttribute(string[] programs)
    {
        Programs = programs;
        Skip = programs.FirstOrDefault(program => !IsThere(program)) is { } missing ? $"{missing} is not installed" : null;
    }

    public string[] Programs { get; }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramsTheoryAttribute : TheoryAttribute
{
    public ProgramsTheoryAttribute(string[] programs)
    {
        Programs = programs;
        Skip = new ProgramsFactAttribute(programs).Skip;
    }

    public string[] Programs { get; }
}
