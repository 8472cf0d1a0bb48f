namespace Release.Components;

/// <summary>The environment of a command, opened once for each purpose.</summary>
internal sealed class OpenEnvironments(IRelease build)
{
    private readonly Dictionary<Purpose, Surroundings> _opened = [];

    /// <summary>Opens it, or gives what was opened before.</summary>
    public async Task<Surroundings> For(Purpose purpose)
    {
        if (!_opened.TryGetValue(purpose, out var surroundings))
        {
            surroundings = await Surroundings.Open(build, purpose);
            _opened.Add(purpose, surroundings);
        }

        return surroundings;
    }

    /// <summary>The environment, to look at or to change.</summary>
    public async Task<Runs.ReleaseEnvironment> Environment(Purpose purpose) => (await For(purpose)).Environment;

    /// <summary>Forgets what was opened: whoever needs it opens it again.</summary>
    public void Clear() => _opened.Clear();
}
