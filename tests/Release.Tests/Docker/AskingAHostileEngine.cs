using Release.Drivers.Docker;
using Release.Tests.Peers;

namespace Release.Tests.Docker;

/// <summary>Whatever answers at an engine's address: an exception that may be shown, in time, and never a guess.</summary>
public sealed class AskingAHostileEngine
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly IReadOnlyDictionary<string, string?> None = new Dictionary<string, string?>();

    [Fact]
    public Task No_answer_is_taken_for_an_engine() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        using var engine = Engine(server);
        await Refuses(server, () => engine.Version(default));
        server.Sent.ShouldBeLessThan(3 * 40L * 1024 * 1024);
    });

    [Fact]
    public Task No_answer_is_taken_for_a_container_a_list_or_a_change() => HostileAnswers.Each(HostileAnswers.All, async (server, answer) =>
    {
        using var engine = Engine(server, versioned: true);
        await Refuses(server, () => engine.Container("cart", default));
        await Refuses(server, () => engine.Containers(None, all: true, default));
        await Refuses(server, () => engine.Create("cart", [], default));
        if (answer is not ("no content" or "not modified"))
        {
            await Refuses(server, () => engine.Start("cart", default));
        }
    });

    [Fact]
    public Task A_change_is_asked_for_once() => HostileAnswers.Each(HostileAnswers.Wrong, async (server, _) =>
    {
        // Long enough that a busy machine, too, has asked before the time is up.
        using var engine = Engine(server, versioned: true, TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<DockerException>(async () => await engine.Create("cart", [], default));
        server.Asked.Count(asked => asked.StartsWith("POST", StringComparison.Ordinal)).ShouldBe(1);
    });

    [Fact]
    public Task A_load_never_looks_done() => HostileAnswers.Each(HostileAnswers.All, async (server, answer) =>
    {
        using var engine = Engine(server, versioned: true);
        if (answer is not ("no content" or "an empty body"))
        {
            await Refuses(server, () => engine.Load(new MemoryStream([1, 2, 3]), CallTimeout, default));
        }
    });

    private static DockerEngine Engine(HostileServer server, bool versioned = false, TimeSpan? limit = null)
    {
        var engine = new DockerEngine(DockerHost.Parse($"tcp://127.0.0.1:{server.Address.Port}"), TimeProvider.System) { Looking = limit ?? CallTimeout, Changing = limit ?? CallTimeout };
        if (versioned)
        {
            engine.Speak(new(1, 41));
        }

        return engine;
    }

    private static async Task Refuses(HostileServer server, Func<Task> call)
    {
        var problem = await Should.ThrowAsync<DockerException>(call);
        problem.Message.ShouldBeFitToShow();
        problem.Message.ShouldContain($"{server.Address.Port}");
    }
}
