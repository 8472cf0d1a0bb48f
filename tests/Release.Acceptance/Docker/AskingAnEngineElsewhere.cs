using System.Text.Json.Nodes;
using Release.Certificates;
using Release.Drivers.Docker;
using Release.Output;
using Release.Tests.Certificates;
using Release.Tools;

namespace Release.Acceptance.Docker;

/// <summary>A real engine over TLS and over SSH: all that the client does, and what it says when one does not let the other in.</summary>
[Collection(DockerStack.Row)]
public sealed class AskingAnEngineElsewhere(DockerStack docker) : IDisposable
{
    private const string Name = "elsewhere-test";
    private static readonly Tool Tool = new(TimeProvider.System, new SecretMask());
    private readonly string _folder = Directory.CreateTempSubdirectory("release-elsewhere-").FullName;

    private OwnEngine Here => docker.Engine;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [DockerFact]
    public async Task Over_TLS_everything_is_as_at_its_socket()
    {
        using var engine = OverTls(Here.Authority.Issue("client"));
        await Everything(engine);
    }

    [DockerFact]
    public async Task Over_TLS_whoever_is_not_trusted_is_told_why()
    {
        using var other = new TestAuthority(_folder, "other");
        var ours = Here.Authority.Issue("client");

        await Refused(OverTls(ours with { Ca = other.File }), "shows a certificate from CN=engine authority, which is no authority in");
        await Refused(OverTls(other.Issue("client") with { Ca = ours.Ca }), "does not accept this client's certificate", "other-1.pem");
        await Refused(OverTls(Here.Authority.Issue("client", validFrom: -9, validUntil: -2)), "does not accept this client's certificate");
        await Refused(OverTls(new(ours.Ca, null, null)), "wants a certificate of this client");
        await Refused(new(DockerHost.Parse(Here.TlsAddress), TimeProvider.System), "answered 400, but not in an engine's words: Client sent an HTTP request to an HTTPS server");
        await Refused(new(DockerHost.Parse(Here.TlsAddress.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), ours), TimeProvider.System), "shows a certificate for 127.0.0.1, and not for localhost");
    }

    [SshFact]
    public async Task Over_SSH_everything_is_as_at_its_socket()
    {
        await using var server = await SshServer.Start();
        using var engine = OverSsh(await server.Engine(Socket));
        await Everything(engine);
    }

    [SshFact]
    public async Task Over_SSH_whoever_is_not_let_in_is_told_why()
    {
        await using var server = await SshServer.Start();

        await Refused(OverSsh(await server.Engine(Socket, isKnown: false)), "has a host key that is not known here. Log in once by hand and compare it: ssh -p");
        await Refused(OverSsh(await server.Engine(Socket, "stranger")), "its machine does not let us log in");
        await Refused(OverSsh(await server.Engine(Socket, "unprivileged")), "lets the user not in as whom we log in: permission denied at its socket");
        await Refused(OverSsh(await server.Engine($"{_folder}/none.sock")), "does not run");
    }

    [SshFact]
    public async Task A_connection_that_is_cut_in_the_middle_is_no_end_of_a_log()
    {
        await using var server = await SshServer.Start();
        using var engine = OverSsh(await server.Engine(Socket));
        try
        {
            _ = await Run(engine);
            var lines = 0;
            var problem = await Should.ThrowAsync<DockerUnavailableException>(async () =>
            {
                await foreach (var line in engine.Logs(Name, null, null, follow: true, tail: null, default))
                {
                    if (++lines == 2)
                    {
                        await server.Cut();
                    }
                }
            });
            problem.Message.ShouldContain("broke off in the middle of its answer");

            // And the next call is a connection of its own.
            (await engine.Container(Name, default))!.State.Running.ShouldBeTrue();
        }
        finally
        {
            await Here.Client.Remove(Name, force: true, default);
        }
    }

    private string Socket => Here.Address["unix://".Length..];

    private DockerEngine OverTls(TlsFiles files) => new(DockerHost.Parse(Here.TlsAddress, files), TimeProvider.System);

    private static DockerEngine OverSsh(DockerHost host) => new(host, TimeProvider.System, Tool);

    private static async Task Everything(DockerEngine engine)
    {
        var begin = DateTimeOffset.UtcNow.AddSeconds(-1);
        (await engine.Version(default)).Os.ShouldBe("linux");
        try
        {
            var id = await Run(engine);
            (await engine.Containers(new Dictionary<string, string?> { ["elsewhere"] = "yes" }, all: false, default)).Count.ShouldBe(1);

            using var stop = new CancellationTokenSource();
            var lines = 0;
            _ = await Should.ThrowAsync<OperationCanceledException>(async () =>
            {
                await foreach (var line in engine.Logs(Name, null, null, follow: true, tail: null, stop.Token))
                {
                    line.Text.ShouldBe("hello");
                    if (++lines == 3)
                    {
                        await stop.CancelAsync();
                    }
                }
            });

            await engine.Stop(Name, TimeSpan.Zero, default);
            var happened = await engine.Events(
                new Dictionary<string, IReadOnlyList<string>> { ["container"] = [id], ["event"] = ["start", "die"] }, begin, DateTimeOffset.UtcNow.AddSeconds(1), default).ToListAsync();
            happened.Select(e => e.Action).ShouldBe(["start", "die"]);
        }
        finally
        {
            await engine.Remove(Name, force: true, default);
        }
    }

    private static async Task<string> Run(DockerEngine engine)
    {
        var id = await engine.Create(Name, new()
        {
            ["Image"] = "opsconductor/redis:1",
            ["Entrypoint"] = new JsonArray("/bin/busybox"),
            ["Cmd"] = new JsonArray("sh", "-c", "while true; do echo hello; /bin/busybox sleep 0.1; done"),
            ["Labels"] = new JsonObject { ["elsewhere"] = "yes" },
            ["HostConfig"] = new JsonObject { ["NetworkMode"] = "none" },
        }, default);
        await engine.Start(id, default);
        return id;
    }

    private static async Task Refused(DockerEngine engine, params string[] words)
    {
        using (engine)
        {
            var problem = await Should.ThrowAsync<DockerUnavailableException>(() => engine.Version(default));
            words.ShouldAllBe(word => problem.Message.Contains(word), problem.Message);
            problem.Message.ShouldNotContain("   at ");
        }
    }
}
