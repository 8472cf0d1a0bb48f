namespace Release.Acceptance.Processes;

/// <summary>A test that starts the real program; skipped, saying why, where that cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReleaseFactAttribute : FactAttribute
{
    public ReleaseFactAttribute() => Skip = Machine.Missing;
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReleaseTheoryAttribute : TheoryAttribute
{
    public ReleaseTheoryAttribute() => Skip = Machine.Missing;
}
