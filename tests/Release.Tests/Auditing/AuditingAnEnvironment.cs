using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;
using Release.Tests.Runs;
using Release.Views;

namespace Release.Tests.Auditing;

/// <summary>What an audit says of an honest environment, and of one in which somebody changed what the journal refers to.</summary>
public class AuditingAnEnvironment
{
    public static TheoryData<Story> Stories => [.. Enum.GetValues<Story>()];

    [Theory]
    [MemberData(nameof(Stories))]
    public void An_honest_journal_has_nothing_to_find(Story story)
    {
        var tale = Tale.Of(story);
        _ = tale.Tell();

        var (audit, result) = Of(tale.Scene);

        audit["findings"]!.AsArray().ShouldBeEmpty();
        audit["holds"]!.GetValue<bool>().ShouldBeTrue();
        result.Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void It_says_who_did_what_and_why()
    {
        var scene = new Scene().Promoted();
        scene.Command(p => p.Rollback(), new() { Owner = "bob@desk", Program = "test", Reason = "customers call" }).Status.ShouldBe(ExitStatus.Done);

        var people = Of(scene).Audit["people"]!.AsArray();

        people[^1]!["who"]!.GetValue<string>().ShouldBe("bob@desk");
        people[^1]!["what"]!.GetValue<string>().ShouldBe("opened a rollback of 1.0.0, undoing run 2");
        people[^1]!["reason"]!.GetValue<string>().ShouldBe("customers call");
        people.Count(p => p!["what"]!.GetValue<string>().StartsWith("decided gate", StringComparison.Ordinal)).ShouldBe(0, "the gate is nobody");
    }

    [Fact]
    public void It_says_which_run_undid_which()
    {
        var scene = new Scene().Promoted();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        var runs = Of(scene).Audit["runs"]!.AsArray();

        runs[^1]!["undoes"]!.GetValue<string>().ShouldBe("2");
        runs[^2]!["undoneBy"]!.GetValue<string>().ShouldBe("3");
    }

    [Theory]
    [InlineData("changed", "was changed")]
    [InlineData(null, "is not there any more")]
    public void Evidence_that_is_not_what_was_put_is_named_with_its_record(string? content, string said)
    {
        var scene = new Scene().Promoted();
        var name = scene.World.Evidence.Keys.Single(k => k.EndsWith("/gate.json", StringComparison.Ordinal));
        _ = scene.World.Evidence.Remove(name);
        if (content is not null)
        {
            scene.World.Evidence[name] = content;
        }

        var (audit, result) = Of(scene);

        var seq = scene.Journal.Records.Single(r => r.Type is RecordType.Evidence && r.Data["name"]!.GetValue<string>() == name).Seq;
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain($"record {seq}: the evidence {name} {said}");
        Finding(audit).ShouldBe(("evidence", seq));
    }

    [Theory]
    [InlineData("0ddba11", "is on 0ddba11, it was put on c0ffee")]
    [InlineData(null, "is not there any more")]
    public void A_tag_that_was_moved_or_deleted_is_named(string? commit, string said)
    {
        var scene = new Scene().Promoted();
        var tag = scene.Journal.Records.Single(r => r.Type is RecordType.StepApplied && r.Entry.Step == "tag-release");
        var world = scene.World;
        world["tag/release/fake/1.1.0"].ShouldBe("c0ffee");
        tag.Data["seen"] = new JsonObject { ["tag"] = "release/fake/1.1.0", ["commit"] = "c0ffee" }; // as the git driver records it
        world.Put("tag/release/fake/1.1.0", commit);

        Finding(Of(scene).Audit).ShouldBe(("tag", tag.Seq));
        Of(scene).Result.Message.ShouldContain(said);
    }

    [Fact]
    public void A_chain_that_does_not_have_the_hash_of_latest_success_any_more_was_written_anew()
    {
        var scene = new Scene().Promoted();
        scene.World.Evidence["latest-success.json"].ShouldContain("\"hash\"");
        Of(scene).Audit["anchors"]!.AsArray().ShouldHaveSingleItem()!["seq"].ShouldNotBeNull();

        scene.World.Evidence["latest-success.json"] = $$"""{ "journal": { "seq": 40, "hash": "{{new string('a', 64)}}" } }""";

        Finding(Of(scene).Audit).Kind.ShouldBe("anchor");
        Of(scene).Result.Message.ShouldContain("was written anew since, was cut off before it, or is another one");
    }

    [Fact]
    public void A_hash_that_somebody_noted_is_found_or_missed()
    {
        var scene = new Scene().Promoted();

        Of(scene, scene.Journal.Records[10].Hash).Result.Status.ShouldBe(ExitStatus.Done);
        Of(scene, new string('b', 64)).Result.Message.ShouldContain("stands in --anchor");
    }

    [Fact]
    public void A_torn_last_line_is_no_damage() => new WholeJournal([], [], TornTail: true).Damages.ShouldBeEmpty();

    [Fact]
    public void The_first_bad_record_is_named_with_its_line_and_the_next_command()
    {
        var scene = new Scene().Promoted();
        scene.Damage = new JournalDamage(18, 18, "its content does not give its hash");

        var (audit, result) = Of(scene);

        audit["findings"]![0]!["line"]!.GetValue<int>().ShouldBe(18);
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("record 18 (line 18): its content does not give its hash");
        result.Next.ShouldContain("Rollback");
    }

    private static (string Kind, long Seq) Finding(JsonObject audit)
    {
        var finding = audit["findings"]!.AsArray().ShouldHaveSingleItem()!;
        return (finding["kind"]!.GetValue<string>(), finding["seq"]!.GetValue<long>());
    }

    private static (JsonObject Audit, RunResult Result) Of(Scene scene, string anchor = "")
    {
        var view = new AuditView(scene.Process().Environment);
        var audit = scene.Time.Run(() => view.Read(anchor, default));
        return (audit, view.Judge(audit, _ => { }));
    }
}
