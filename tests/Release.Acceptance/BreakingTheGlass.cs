using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary><c>Rollback --break-glass</c> with the real program, while the disk of the journal is away, read-only or full.</summary>
[Collection(TheClone.Nights)]
public sealed class BreakingTheGlass(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task While_the_store_is_away_it_works_from_the_copy_and_the_store_takes_it_back_later() => await With_a_copy()
        .When().Somebody_runs("Rollback", "--break-glass", "--reason", "just to see")
        .Then().It_exits_with(2).It_says("The journal of local answers, so no glass needs to be broken")
        .When().Something_else("The_journals_disk_is_unplugged", w => Away(w, File.Move))
        .Somebody_runs("Rollback")
        .Then().It_exits_with(5).It_says("There is no journal at", "Rollback --break-glass --reason")
        .When().Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(5).It_says("There is no journal at")
        .When().Somebody_runs("Rollback", "--break-glass")
        .Then().It_exits_with(2).It_says("--reason")
        .When().Its_configuration_is_wrong_elsewhere()
        .Somebody_runs("Rollback", "--break-glass", "--reason", "checkout is down and so is the disk")
        .Then().It_exits_with(0)
        .It_says("BREAK-GLASS")
        .Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything", "recorded in the journal's copy only", "When the store is back")
        .When().Its_configuration_is_mended()
        .Then().V1_serves_everything()
        .When().Something_else("The_disk_is_back", w => Away(w, (from, to) => File.Move(to, from, overwrite: true)))
        .Then().V1_serves_everything()
        .When().Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(0).It_says("while the store was away are in the journal now")
        .Version_serves_everything("3.0.0")
        .When().Somebody_runs("Audit")
        .Then().It_exits_with(0).It_says("The chain of local holds", "break-glass");

    [ReleaseFact]
    public async Task Without_a_copy_it_says_what_is_missing() => await Given().A_promoted_v2()
        .When().Something_else("The_journals_disk_is_unplugged", w => Away(w, File.Move))
        .Somebody_runs("Rollback", "--break-glass", "--reason", "the disk is gone")
        .Then().It_exits_with(2).It_says("names no copy of it (journal.copy)");

    /// <summary>On a disk of its own (a tmpfs), where one may be mounted.</summary>
    [ReleaseFact]
    public async Task A_disk_that_is_read_only_or_full_is_away_too() => await With_a_copy()
        .When().Something_else("Its_journals_disk_fails", async w =>
        {
            var disk = Path.Combine(w.Root.Folder, "artifacts", "own-disk");
            if (!await Mount(disk))
            {
                w.Say("A tmpfs cannot be mounted here: the rest is left out.");
                return;
            }

            try
            {
                await Fail(w, disk);
            }
            finally
            {
                _ = await Command.Require("/", "umount", "--lazy", disk);
            }
        })
        .Then().It_exits_with(0);

    private static async Task Fail(World w, string disk)
    {
        var journal = Path.Combine(w.Root.State, "journal.jsonl");
        File.Move(journal, Path.Combine(disk, "journal.jsonl"));
        _ = File.CreateSymbolicLink(journal, Path.Combine(disk, "journal.jsonl"));
        await Fill(Path.Combine(disk, "rest"));
        (await w.Run("Rollback")).ExitCode.ShouldBe(5, "the disk is full");
        w.Last.Everything.ShouldContain("Rollback --break-glass --reason");
        _ = await Command.Require("/", "mount", "-o", "remount,ro", disk);
        (await w.Run("Rollback")).ExitCode.ShouldBe(5, "the disk is read-only");
        w.Last.Everything.ShouldContain("Rollback --break-glass --reason");

        _ = await w.MustRun("Rollback", "--break-glass", "--reason", "the disk is full");
        (await w.Ask(await w.Traffic())).Version.ShouldBe("1.0.0");

        _ = await Command.Require("/", "mount", "-o", "remount,rw", disk);
        File.Delete(Path.Combine(disk, "rest"));
        _ = await w.MustRun("Promote", "--version", "3.0.0");
        w.Last.Everything.ShouldContain("are in the journal now");
        _ = await w.MustRun("Audit");
    }

    private Then With_a_copy() => Given().An_empty_environment()
        .When().Something_else("Its_journal_has_a_copy", w => RollingBackRegardless.Configure(w, json =>
            json["journal"] = new JsonObject { ["type"] = "file", ["copy"] = Path.Combine(w.Root.Folder, "artifacts", "other-disk") }))
        .Somebody_runs("Promote", "--version", "2.0.0")
        .Then().It_exits_with(0)
        .That("The_copy_is_the_journal", async w =>
        {
            w.StableProcess = w.Root.ProcessesOf("1.0.0").ShouldHaveSingleItem();
            var copy = Path.Combine(w.Root.Folder, "artifacts", "other-disk", "local", "journal.jsonl");
            (await File.ReadAllBytesAsync(copy)).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(w.Root.State, "journal.jsonl")));
        });

    private static Task Away(World world, Action<string, string> move)
    {
        _ = Directory.CreateDirectory(Path.Combine(world.Root.Folder, "artifacts"));
        move(Path.Combine(world.Root.State, "journal.jsonl"), Path.Combine(world.Root.Folder, "artifacts", "unplugged.jsonl"));
        return Task.CompletedTask;
    }

    private static async Task<bool> Mount(string disk)
    {
        _ = Directory.CreateDirectory(disk);
        using var mount = Command.Start("/", Machine.CleanEnvironment(), "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
        return (await mount.End()).ExitCode == 0;
    }

    private static async Task Fill(string file)
    {
        await using var rest = File.Create(file);
        try
        {
            while (true)
            {
                await rest.WriteAsync(new byte[4096]);
                await rest.FlushAsync();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
