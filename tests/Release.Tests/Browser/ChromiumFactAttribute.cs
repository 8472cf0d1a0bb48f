namespace Release.Tests.Browser;

/// <summary>
/// A fact that needs a browser; skipped, saying so, where there is none, unless nothing that can be had may be skipped
/// (<c>./build.sh Test --require-servers</c>): then it fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Missing;
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.Missing;
}
