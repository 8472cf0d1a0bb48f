using Release.Journal;
using Release.Runs;
using Release.Tests.Journal;
using Release.Views;

namespace Release.Tests.Runs;

/// <summary>Looking, and stopping everything, where the journal is damaged.</summary>
public class BesideADamagedJournal
{
    [Fact]
    public void Status_shows_what_can_be_read_whichever_record_is_lost()
    {
        var records = new Scene().Promoted().Journal.Records.Count;
        for (var lost = 1; lost <= records; lost++)
        {
            var scene = Damaged(lost);

            var (status, lines, result) = Status(scene.Process().Environment, scene);

            status["damages"]![0]!["seq"]!.GetValue<long>().ShouldBe(lost);
            status["endpoints"].ShouldNotBeNull();
            lines.ShouldContain($"  DAMAGED      at record {lost} (line {lost}): its hash does not hold");
            result.ShouldNotBeNull().Status.ShouldBe(ExitStatus.Open);
            result.LastLine.ShouldContain("./build.sh Audit --env fake");
            result.LastLine.ShouldContain("./build.sh Rollback");
        }
    }

    [Theory]
    [InlineData(3, "the run that would be taken back is whole: ./build.sh Rollback --env fake.")]
    [InlineData(18, "./build.sh Rollback --accept-journal --reason \"…\" --env fake")]
    public void The_next_command_is_the_one_that_works(long lost, string next) =>
        Status(Damaged(lost).Process().Environment, new Scene()).Result.ShouldNotBeNull().LastLine.ShouldContain(next);

    [Fact]
    public void What_is_not_damaged_is_as_it_was()
    {
        var scene = Damaged(3);
        var (status, lines, _) = Status(scene.Process().Environment, scene);
        status["stable"]!["version"]!.GetValue<string>().ShouldBe("1.1.0");
        status["split"]!["requested"]!["stable"]!.GetValue<double>().ShouldBe(100);
        lines[0].ShouldBe("fake: idle, as far as the journal can be read");
    }

    [Fact]
    public void A_journal_that_is_whole_has_no_damages_and_no_other_exit_code()
    {
        var scene = new Scene().Promoted();
        var (status, lines, result) = Status(scene.Process().Environment, scene);
        status["damages"]!.AsArray().ShouldBeEmpty();
        lines[0].ShouldBe("fake: idle");
        result.ShouldBeNull();
    }

    [Fact]
    public void Status_answers_whatever_became_of_the_file()
    {
        using var disk = new TemporaryFolder();
        var bytes = Recorded(disk);
        foreach (var (what, wrecked) in Wrecks(bytes))
        {
            File.WriteAllBytes(Path.Combine(disk.Env, "journal.jsonl"), wrecked);
            var (status, lines, result) = Status(On(disk), new Scene());
            status["damages"]!.AsArray().ShouldNotBeEmpty(what);
            result.ShouldNotBeNull(what).Status.ShouldBe(ExitStatus.Open, what);
            lines.ShouldContain(l => l.StartsWith("  DAMAGED", StringComparison.Ordinal), what);
        }
    }

    [Theory]
    [InlineData("99")]
    [InlineData("9007199254740991")]
    public void A_forged_number_hides_no_other_record(string forged)
    {
        using var disk = new TemporaryFolder();
        var lines = System.Text.Encoding.UTF8.GetString(Recorded(disk)).Split('\n');
        lines[8] = lines[8].Replace("\"seq\":9,", $"\"seq\":{forged},", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(disk.Env, "journal.jsonl"), string.Join('\n', lines));

        var (status, _, result) = Status(On(disk), new Scene());

        status["damages"]!.AsArray().ShouldHaveSingleItem()!["seq"]!.GetValue<long>().ShouldBe(9);
        status["stable"]!["version"]!.GetValue<string>().ShouldBe("1.1.0");
        result.ShouldNotBeNull().LastLine.ShouldContain("the run that would be taken back is whole");
    }

    [Fact]
    public void Status_answers_where_the_file_cannot_be_read_at_all()
    {
        using var disk = new TemporaryFolder();
        _ = Recorded(disk);
        File.Delete(Path.Combine(disk.Env, "journal.jsonl"));
        _ = File.CreateSymbolicLink(Path.Combine(disk.Env, "journal.jsonl"), Path.Combine(disk.Env, "journal.jsonl"));

        var (_, lines, result) = Status(On(disk), new Scene());

        lines.ShouldContain(l => l.StartsWith("  serves       not known", StringComparison.Ordinal));
        result.ShouldNotBeNull().LastLine.ShouldContain("tells nothing: it cannot be read");
    }

    [Fact]
    public void History_lists_the_runs_that_can_be_read()
    {
        var scene = Damaged(18);
        var view = new HistoryView(scene.Process().Environment);
        var runs = scene.Time.Run(() => view.Read(default))["runs"]!.AsArray();
        runs.Count.ShouldBe(2);
        scene.Time.Run(() => view.Render(default)).Count.ShouldBe(4);
        view.Result.ShouldNotBeNull().Status.ShouldBe(ExitStatus.Open);
    }

    [Fact]
    public void Down_stops_nothing_and_says_what_would()
    {
        var scene = Damaged(3);
        var world = scene.World.Show();

        var result = scene.Down();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain("./build.sh Down --accept-journal --reason \"…\" --env fake");
        scene.World.Show().ShouldBe(world);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(18)]
    public void When_a_person_says_so_down_stops_what_can_be_read_and_says_the_rest(long lost)
    {
        var scene = Damaged(lost);

        var result = scene.Command(p => p.Down(), Accepting);

        result.Status.ShouldBe(ExitStatus.Done, result.LastLine);
        result.LastLine.ShouldContain("What a lost record started may still run.");
        scene.World.Fields("process/").ShouldBeEmpty();
        scene.Lines.Count(l => l.StartsWith($"! The journal is damaged at record {lost}", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void Where_nothing_can_be_read_down_does_not_say_that_nothing_runs()
    {
        var scene = new Scene().Deployed();
        scene.Instead = _ => [];
        scene.Damage = new JournalDamage(1, 1, "it is not a JSON object");

        var result = scene.Command(p => p.Down(), Accepting);

        result.Status.ShouldBe(ExitStatus.Open);
        result.Message.ShouldContain("does not say what runs there");
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeTrue();
    }

    private static ReleaseInputs Accepting => new() { Owner = "bob@desk", Program = "test", Reason = "because", AcceptJournal = true };

    private static Scene Damaged(long lost)
    {
        var scene = new Scene().Promoted();
        scene.Damage = new JournalDamage(lost, (int)lost, "its hash does not hold");
        return scene;
    }

    private static (System.Text.Json.Nodes.JsonObject Document, IReadOnlyList<string> Lines, RunResult? Result) Status(ReleaseEnvironment environment, Scene scene)
    {
        var view = new StatusView(environment);
        var document = scene.Time.Run(() => view.Read(default));
        return (document, view.Render(document), view.Result);
    }

    // The records of a story, as the file store writes them.
    private static byte[] Recorded(TemporaryFolder disk)
    {
        _ = Directory.CreateDirectory(disk.Env);
        var lines = new Scene().Promoted().Journal.Records.SelectMany(r => JournalLine.Write(r.Entry, r.Env, r.Seq, r.Token, r.Ts, r.PrevHash)).ToArray();
        File.WriteAllBytes(Path.Combine(disk.Env, "journal.jsonl"), lines);
        return lines;
    }

    private static IEnumerable<(string What, byte[] Bytes)> Wrecks(byte[] whole)
    {
        var lines = System.Text.Encoding.UTF8.GetString(whole).Split('\n')[..^1];
        yield return ("NULs before it", [.. new byte[4096], (byte)'\n', .. whole]);
        yield return ("another file", System.Text.Encoding.UTF8.GetBytes("PK\u0003\u0004\nnothing of ours\n"));
        yield return ("no UTF-8", [.. Enumerable.Repeat((byte)0xFF, 300), (byte)'\n', .. whole]);
        yield return ("a deep line", System.Text.Encoding.UTF8.GetBytes(new string('[', 20_000) + "\n{}\n"));
        for (var line = 0; line < lines.Length - 1; line += 5)
        {
            yield return ($"line {line} lost", Text(lines.Where((_, i) => i != line)));
            yield return ($"line {line} twice", Text(lines.SelectMany((l, i) => i == line ? new[] { l, l } : [l])));
            yield return ($"line {line} empty", Text(lines.Select((l, i) => i == line ? "{}" : l)));
            yield return ($"line {line} changed", Text(lines.Select((l, i) => i == line ? l.Replace("\"seq\":", "\"seq\":9", StringComparison.Ordinal) : l)));
        }

        static byte[] Text(IEnumerable<string> lines) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
    }

    private static ReleaseEnvironment On(TemporaryFolder disk)
    {
        var environment = new Scene().Process().Environment;
        return environment with { Ports = environment.Ports with { Journal = new FileJournalStore(disk.Env, "fake", new ManualClock(), new LocalProcess("here", 1, default, (_, _) => false)) } };
    }
}
