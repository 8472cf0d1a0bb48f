using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Several services in one release, each with its own version.</summary>
public sealed class ReleasingSomeServices
{
    [Fact]
    public void A_service_that_is_not_named_stays_as_it_is_and_gets_no_candidate()
    {
        var scene = new Scene("ping", "search").Deployed();
        var calls = scene.World.Blows.Calls.Count;

        scene.Release("search=2.0.1").LastLine.ShouldStartWith("ping=1.0.0,search=2.0.1 serves everything in fake; 1.0.0 is kept until");

        scene.World.Blows.Calls.Skip(calls).ShouldAllBe(c => !c.EndsWith("-ping", StringComparison.Ordinal) && !c.Contains("-ping-", StringComparison.Ordinal));
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 100");
        scene.World.Serving("search").ShouldBe("search-2.0.1-run2 100");
        scene.State.Due.Select(d => d.Instance.Id).ShouldBe(["search-1.0.0-run1"]);
        JournalRules.Hold(scene);
    }

    /// <summary>Who goes on with a run has typed no version.</summary>
    [Fact]
    public void Checks_and_smoke_tests_look_for_the_versions_of_the_run_also_when_somebody_else_goes_on_with_it()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("search=2.0.1", goal: Phases.Backup).Status.ShouldBe(ExitStatus.Parked);
        var check = scene.Options.Checks[0].Id;
        scene.World.LookedFor[check].ShouldBe("search 2.0.1");

        scene.Release().Status.ShouldBe(ExitStatus.Done);

        scene.World.LookedFor["version-search"].ShouldBe("search 2.0.1");
        scene.Options.Smoke.ShouldNotBeEmpty();
        scene.Options.Smoke.ShouldAllBe(s => scene.World.LookedFor[s.Id] == "search 2.0.1");
    }

    [Fact]
    public void Status_says_each_version_and_the_tag_names_them()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("ping=1.2.0,search=2.0.1").Status.ShouldBe(ExitStatus.Done);

        var stable = scene.Status()["stable"]!;

        stable["version"]!.GetValue<string>().ShouldBe("ping=1.2.0,search=2.0.1");
        stable["services"]!.AsArray().Select(s => $"{s!["name"]} {s["version"]}").ShouldBe(["ping 1.2.0", "search 2.0.1"]);
        scene.World["tag/release/fake/ping=1.2.0,search=2.0.1"].ShouldBe("c0ffee");
    }

    [Fact]
    public void A_rollback_takes_back_what_the_release_brought_and_touches_nothing_else()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("search=2.0.1").Status.ShouldBe(ExitStatus.Done);
        var calls = scene.World.Blows.Calls.Count;

        scene.Rollback().Message.ShouldBe("Rolled back ping=1.0.0,search=2.0.1: 1.0.0 serves everything in fake.");

        scene.World.Blows.Calls.Skip(calls).ShouldBe(["apply return-traffic-search", "apply retire-search"]);
        (scene.World.Serving("ping"), scene.World.Serving("search")).ShouldBe(("ping-1.0.0-run1 100", "search-1.0.0-run1 100"));
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_bad_candidate_of_one_service_is_withdrawn_and_the_other_never_moved()
    {
        var scene = new Scene("ping", "search").Deployed().Sick("2.0.1");

        scene.Release("search=2.0.1").Status.ShouldBe(ExitStatus.GateSaidNo);

        (scene.World.Serving("ping"), scene.World.Serving("search")).ShouldBe(("ping-1.0.0-run1 100", "search-1.0.0-run1 100"));
        scene.World.Fields("process/").ShouldBe(["process/ping-1.0.0-run1", "process/search-1.0.0-run1"]);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_version_that_a_service_has_already_is_not_released_again()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("search=2.0.1").Status.ShouldBe(ExitStatus.Done);

        scene.Release("ping=1.2.0,search=2.0.1").Status.ShouldBe(ExitStatus.Done);

        scene.State.Stable!.Instances.Select(i => i.Id).ShouldBe(["ping-1.2.0-run3", "search-2.0.1-run2"]);
        scene.Release("search=2.0.1").Message.ShouldStartWith("search=2.0.1 is what serves in fake now, so there is nothing to release.");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Without_a_version_nobody_knows_which_is_meant()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("search=2.0.1").Status.ShouldBe(ExitStatus.Done);

        var result = scene.Release();

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldStartWith("The services of fake have versions of their own (ping=1.0.0,search=2.0.1), so there is no next one for all of them.");
        scene.Release("3.0.0").Message.ShouldStartWith("3.0.0 serves everything", Case.Sensitive, "one version means all");
    }

    [Fact]
    public void Back_to_a_version_of_one_service_leaves_the_others()
    {
        var scene = new Scene("ping", "search").Deployed();
        scene.Release("search=2.0.1").Status.ShouldBe(ExitStatus.Done);
        scene.Release("ping=1.2.0").Status.ShouldBe(ExitStatus.Done);

        To(scene, "search=1.0.0").Message.ShouldBe("Switched from ping=1.2.0,search=2.0.1 back to ping=1.2.0,search=1.0.0: it serves everything in fake.");

        (scene.World.Serving("ping"), scene.World.Serving("search")).ShouldBe(("ping-1.2.0-run3 100", "search-1.0.0-run1 100"));
        To(scene, "search=9.0.0").Message.ShouldStartWith("search 9.0.0 never served in fake, so there is nothing to go back to. There is: 2.0.1.");
        To(scene, "search=1.0.0").Message.ShouldEndWith("serves everything in fake already: nothing was changed.");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData("serach=2.0.1", "--version names the service \"serach\", and there is none (did you mean \"search\"?): there is ping, search.")]
    [InlineData("search=2.0.1,search=2.0.2", "--version names search twice, as 2.0.1 and as 2.0.2.")]
    [InlineData("search=2.0.1,1.2.0", "--version has \"1.2.0\", a version without a service, among versions of services: which one it is for is not known.")]
    [InlineData("search=2.0.1,", "--version has \"\", a version without a service, among versions of services: which one it is for is not known.")]
    public void What_cannot_be_meant_is_refused_with_the_nearest_name(string text, string message)
    {
        var scene = new Scene("ping", "search");

        var refused = Should.Throw<ReleaseException>(() => AskedVersions.Of(text, scene.Options.Services));

        (refused.Status, refused.Message).ShouldBe((ExitStatus.Usage, $"{message} {refused.Next}"));
    }

    private static RunResult To(Scene scene, string version) => scene.Command(p => p.Rollback(), new ReleaseInputs { Owner = "ana@laptop", Program = "test", To = version });
}
