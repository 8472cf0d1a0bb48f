using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Story;

/// <summary>What happens.</summary>
internal sealed class When(Script script)
{
    private static readonly string[] ReleaseOfV2 = ["Promote", "--version", "2.0.0"];

    public When Nothing_more() => this;

    public When Somebody_runs(params string[] arguments) => Say($"Somebody_runs {string.Join(' ', arguments)}", w => w.Run(arguments));

    public When V2_is_promoted(params string[] more) => Somebody_runs([.. ReleaseOfV2, .. more]);

    public When V2_is_being_promoted_up_to(Moment moment, params string[] more) => Say($"V2_is_being_promoted_up_to {moment.Name}", async w =>
    {
        (w.Holder, w.HolderEnded) = (w.Root.Start([.. ReleaseOfV2, .. more]), null);
        if (!await w.Root.Reaches(moment, w.Holder))
        {
            throw new TimeoutException($"There never was {moment.Name}.\n{await w.EndOfHolder()}");
        }
    });

    public When Its_process_gets(int signal) => Say($"Its_process_gets {signal}", w => w.Holder.Send(signal));

    public When It_ends() => Say(nameof(It_ends), w => w.EndOfHolder());

    /// <summary>Kills the promotion of v2 at a moment. Where that came too late, it is tried once more: every kill lands.</summary>
    public When V2s_promotion_is_killed_at(Moment moment) => Say($"V2s_promotion_is_killed_at {moment.Name}", async w =>
    {
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            using var promotion = w.Root.Start(ReleaseOfV2);
            var seen = await w.Root.Reaches(moment, promotion);
            promotion.Send(Machine.Kill);
            var ended = await promotion.End();
            if (seen && w.Root.Journal()[^1]["type"]!.GetValue<string>() is not ("run-closed" or "lease-released")
                && moment.IsIn(w.Root.Journal()))
            {
                ended.ExitCode.ShouldBe(128 + Machine.Kill, ended.ToString());
                return;
            }

            w.Say($"Too late for {moment.Name}, once more.");
            await w.MustRun("Rollback");
            w.StableProcess = w.Root.ProcessesOf("1.0.0").ShouldHaveSingleItem();
        }

        throw new TimeoutException($"No kill landed at {moment.Name}.");
    });

    public When The_gateway_is_killed() => Say(nameof(The_gateway_is_killed), w => Kill(w, "gateway"));

    public When The_version_is_killed(string version) => Say(nameof(The_version_is_killed), w =>
        w.Root.ProcessesOf(version).ToList().ForEach(p => Machine.Send(p, Machine.Kill)));

    public When Its_configuration_is(string text) => Say(nameof(Its_configuration_is), w =>
        File.WriteAllTextAsync(Path.Combine(w.Root.Folder, "environments", "local.json"), text));

    /// <summary>Still JSON, with something in it that no release would accept.</summary>
    public When Its_configuration_is_wrong_elsewhere() => Say(nameof(Its_configuration_is_wrong_elsewhere), async w =>
    {
        var file = Path.Combine(w.Root.Folder, "environments", "local.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        json["gate"]!["objectives"] = "none";
        await File.WriteAllTextAsync(file, json.ToJsonString());
    });

    public When Its_configuration_is_mended() => Say(nameof(Its_configuration_is_mended), w =>
        Command.Require(w.Root.Folder, "git", "checkout", "--quiet", "environments"));

    public When Somebody_notes_down_how_everything_is() => Say(nameof(Somebody_notes_down_how_everything_is), async w =>
        w.Noted = await w.Everything());

    /// <summary>What serves: the processes and the weights, whatever is written about it.</summary>
    public When Somebody_notes_down_the_world() => Say(nameof(Somebody_notes_down_the_world), async w => w.Noted = await w.Serving());

    public When Somebody_runs_the_script(params string[] arguments) => Say($"Somebody_runs_the_script {string.Join(' ', arguments)}", w =>
        w.Run(w.Root.StartScript(arguments)));

    /// <summary>The clone compiled before: its <c>build.sh</c> starts the program at once.</summary>
    public When Its_build_is_compiled() => Say(nameof(Its_build_is_compiled), Compile);

    /// <summary>In a clone that compiled before, somebody edits a source of the build.</summary>
    public When Its_sources_do_not_compile() => Say(nameof(Its_sources_do_not_compile), async w =>
    {
        Compile(w);
        await File.AppendAllTextAsync(Path.Combine(w.Root.Folder, "src", "Release.Nuke", "Common", "Target.cs"), "\nthis is not C#\n");
    });

    public When Two_promote_at_once() => Say(nameof(Two_promote_at_once), async w =>
    {
        var (one, other) = (w.Root.Start(ReleaseOfV2), w.Root.Start(ReleaseOfV2));
        (w.Holder, w.HolderEnded) = (one, await one.End());
        _ = await w.Run(other);
    });

    public When Something_else(string name, Func<World, Task> act) => Say(name, act);

    public Then Then() => new(script);

    private static void Compile(World w) => CompiledClone.TakeBuild(w.Clone.Folder, w.Root.Folder);

    private static void Kill(World world, string program) => Machine.Send(world.Root.ProcessOf(program)!.Value, Machine.Kill);

    private When Say(string name, Func<World, Task> act)
    {
        script.Add(name, act);
        return this;
    }

    private When Say(string name, Action<World> act)
    {
        script.Add(name, act);
        return this;
    }
}
