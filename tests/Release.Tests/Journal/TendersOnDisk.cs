using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>Who tends an environment, by a lock in its folder.</summary>
public sealed class TendersOnDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nobody_tends_until_somebody_does_and_nothing_is_created_by_looking()
    {
        (await Of(1).Look(default)).ShouldBeNull();
        Directory.Exists(_folder.Env).ShouldBeFalse();
    }

    [Fact]
    public async Task The_one_that_tends_is_named_and_keeps_all_others_out_until_it_ends()
    {
        await using (var held = await Of(1).TryTend("ana@laptop", default))
        {
            held.ShouldNotBeNull();
            (await Of(2).TryTend("bob@desk", default)).ShouldBeNull();
            var tender = (await Of(2).Look(default)).ShouldNotBeNull();
            tender.ToString().ShouldBe("ana@laptop (process 1 on here)");
            tender.IsAlive(tender.SeenAt + TimeSpan.FromSeconds(59)).ShouldBeTrue();
            tender.IsAlive(tender.SeenAt + TimeSpan.FromSeconds(60)).ShouldBeFalse("a process that is stopped holds its lock and tends nothing");
        }

        (await Of(2).Look(default)).ShouldBeNull();
        await using var next = await Of(2).TryTend("bob@desk", default);
        (await Of(1).Look(default))!.Owner.ShouldBe("bob@desk");
    }

    [Fact]
    public async Task A_name_that_cannot_be_read_is_still_a_tender()
    {
        await using var held = await Of(1).TryTend("ana@laptop", default);
        await File.WriteAllTextAsync(Path.Combine(_folder.Env, "tender.json"), "{ \"owner\": 7");
        (await Of(2).Look(default))!.Owner.ShouldBe("a process that does not say its name");
    }

    private FileTenders Of(int process) =>
        new(_folder.Env, TimeProvider.System, new LocalProcess("here", process, DateTimeOffset.UnixEpoch, (_, _) => false));
}
