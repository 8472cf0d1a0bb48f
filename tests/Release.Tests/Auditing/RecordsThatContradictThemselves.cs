using System.Text.Json.Nodes;
using Release.Auditing;
using Release.Journal;
using Release.Tests.Runs;

namespace Release.Tests.Auditing;

/// <summary>
/// Somebody changed records and computed every hash after them anew: the chain holds. What they say may still contradict
/// itself; where it does not, only a hash that was noted elsewhere tells (docs/pack.md says so).
/// </summary>
public class RecordsThatContradictThemselves
{
    private readonly List<JournalRecord> _records = Records();

    [Fact]
    public void An_outcome_without_its_intent_is_found()
    {
        var intent = First(RecordType.StepIntent);
        _ = _records.Remove(intent);

        Found().What.ShouldContain($"step-applied of {intent.Entry.Step}, of which no intent was recorded in run 1 (invariant 1)");
    }

    [Fact]
    public void A_run_without_its_opening_is_found()
    {
        _ = _records.Remove(First(RecordType.RunOpened));

        Found().What.ShouldContain("it belongs to run 1, which was never opened before it");
    }

    [Fact]
    public void A_run_that_is_opened_twice_is_found()
    {
        var opened = First(RecordType.RunOpened);
        _records.Insert(_records.IndexOf(opened) + 1, opened with { Seq = opened.Seq + 1 });

        Found().What.ShouldBe($"run 1 was opened before, by record {opened.Seq}");
    }

    [Fact]
    public void A_record_of_a_holder_whose_lease_was_taken_over_is_found()
    {
        var late = _records[^1];
        _records.Add(late with { Seq = late.Seq + 1, Token = late.Token - 1 });

        Found().What.ShouldContain($"it was written with token {late.Token - 1}, while the lease was held with {late.Token}");
    }

    [Fact]
    public void A_rollback_of_a_run_that_never_was_is_found()
    {
        var rollback = _records.Last(r => r.Type is RecordType.RunOpened);
        rollback.Data["undoes"] = "7";

        Found().ShouldBe(new AuditFinding(AuditKind.Reference, rollback.Seq, "3", "it undoes run 7, which was never opened before it"));
    }

    [Fact]
    public void A_configuration_that_is_not_the_one_in_the_evidence_is_found()
    {
        _records.Last(r => r.Type is RecordType.RunOpened && r.Entry.Run == "2").Data["configuration"] = "{ \"name\": \"another\" }";

        Found().What.ShouldContain("is not the one that run 2 was opened with");
    }

    [Fact]
    public void What_is_due_for_an_instance_that_nobody_started_is_found()
    {
        var due = _records.First(r => r.Type is RecordType.RunClosed && r.Data["due"]!.AsArray().Count > 0);
        due.Data["due"]![0]!["instance"]!["id"] = "ping-6.6.6-run6";

        Found().What.ShouldContain("is due for ping-6.6.6-run6, which no run started");
    }

    [Fact]
    public void Members_of_any_other_shape_are_no_crash()
    {
        var shapes = new Func<JsonNode?>[] { () => null, () => "text", () => 3, () => new JsonArray(1), () => new JsonObject { ["id"] = 4 } };
        foreach (var record in _records)
        {
            foreach (var (name, value) in record.Data.ToList())
            {
                foreach (var shape in shapes)
                {
                    record.Data[name] = shape();
                    _ = RecordReferences.Of(_records);
                    _ = PeoplesActs.Of(_records);
                }

                record.Data[name] = value?.DeepClone();
            }
        }
    }

    private AuditFinding Found() => RecordReferences.Of(_records)[0];

    private JournalRecord First(RecordType type) => _records.First(r => r.Type == type);

    private static List<JournalRecord> Records()
    {
        var scene = new Scene().Promoted();
        _ = scene.Rollback();
        RecordReferences.Of(scene.Journal.Records).ShouldBeEmpty();
        return [.. scene.Journal.Records];
    }
}
