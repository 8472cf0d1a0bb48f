using Release.Acceptance.Processes;

namespace Release.Acceptance.Story;

/// <summary>What is so before something happens.</summary>
internal sealed class Given(Script script)
{
    /// <summary>The clone in which the fixture ran <c>./build.sh Promote</c>, and nobody anything else that changes it.</summary>
    public Given A_clone_after_its_first_promotion() => Say(nameof(A_clone_after_its_first_promotion), w => w.Live(w.Clone.Root));

    public Given An_empty_environment(Settings? settings = null) => Say(nameof(An_empty_environment), w => w.Settle(settings ?? new Settings()));

    public Given A_running_v1(Settings? settings = null) => Say(nameof(A_running_v1), async w =>
    {
        await w.Settle(settings ?? new Settings());
        await w.MustRun("Promote", "--version", "1.0.0");
        w.StableProcess = w.Root.ProcessesOf("1.0.0").ShouldHaveSingleItem();
    });

    public Given A_promoted_v2(Settings? settings = null)
    {
        _ = A_running_v1(settings);
        return Say(nameof(A_promoted_v2), w => w.MustRun("Promote", "--version", "2.0.0"));
    }

    public Given A_ci_host() => Say(nameof(A_ci_host), w => (w.Root.Variables["CI"], w.Root.Variables["GITHUB_ACTIONS"]) = ("true", "true"));

    public Given An_environment(string name) => Say($"An_environment {name}", w => RootFolder.Write(w.Root.Folder, name, new Settings()));

    /// <summary>Every git command takes a moment longer, so that a kill lands while it runs.</summary>
    public Given Git_is_slow() => Say(nameof(Git_is_slow), async w =>
    {
        var folder = Path.Combine(w.Root.Folder, "artifacts", "slow");
        await Machine.WriteScript(folder, "git", $"sleep 0.1\nexec '{Machine.Find("git")}' \"$@\"");
        w.Root.Variables["PATH"] = folder + Path.PathSeparator + Machine.CleanEnvironment()["PATH"];
    });

    public Given Somebodys_traffic() => Say(nameof(Somebodys_traffic), async w => w.Load = new OutsideLoad(await w.Traffic()));

    public When When() => new(script);

    private Given Say(string name, Func<World, Task> act)
    {
        script.Add(name, act);
        return this;
    }

    private Given Say(string name, Action<World> act)
    {
        script.Add(name, act);
        return this;
    }
}
