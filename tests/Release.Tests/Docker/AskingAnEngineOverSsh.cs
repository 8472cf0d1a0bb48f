using Release.Drivers.Docker;

namespace Release.Tests.Docker;

/// <summary>What is made of the last words of ssh, and of the programs that it starts on the far side.</summary>
public sealed class AskingAnEngineOverSsh : IDisposable
{
    private readonly Journal.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("No ED25519 host key is known for [shop.example]:2222 and you have requested strict checking.\nHost key verification failed.", "has a host key that is not known here. Log in once by hand and compare it: ssh -p 2222 deploy@shop.example")]
    [InlineData("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.", "another machine may answer in its place. If it was changed on purpose: ssh-keygen -R '[shop.example]:2222', then ssh -p 2222")]
    [InlineData("deploy@shop.example: Permission denied (publickey).", "its machine does not let us log in. See that a key without a passphrase")]
    [InlineData("ssh: connect to host shop.example port 2222: Connection refused", "nothing answers SSH on its machine at this port")]
    [InlineData("ssh: Could not resolve hostname shop.example: Name or service not known", "on a machine that nobody knows under this name")]
    [InlineData("bash: line 1: docker: command not found", "there is no program docker for the user as whom we log in")]
    [InlineData("Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock", "lets the user not in as whom we log in: permission denied at its socket (there, as root: usermod -aG docker deploy)")]
    [InlineData("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", "does not run: nothing listens at its socket there")]
    [InlineData("kex_exchange_identification: banner line too long", "gave no answer over SSH: kex_exchange_identification: banner line too long")]
    [InlineData("", "ended without a word. Try it: ssh -p 2222 deploy@shop.example docker version")]
    public async Task Its_words_become_what_is_wrong_and_what_to_do(string words, string said)
    {
        var ssh = await Script($"echo x >> \"$0.calls\"\ncat >&2 <<'END'\n{words}\nEND\nexit 255");
        using var engine = new DockerEngine(Host(ssh), TimeProvider.System, Git.TestRepository.Tool);

        (await Should.ThrowAsync<DockerUnavailableException>(() => engine.Version(default))).Message.ShouldContain(said);

        // A machine that bans who fails too often would ban us for what cannot go well.
        (await File.ReadAllLinesAsync(ssh + ".calls")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Without_ssh_on_this_machine_it_is_named()
    {
        using var engine = new DockerEngine(Host("no-such-ssh"), TimeProvider.System, Git.TestRepository.Tool);

        (await Should.ThrowAsync<DockerUnavailableException>(() => engine.Version(default))).Message.ShouldContain("cannot be asked: no-such-ssh is not installed, or not in PATH");
    }

    [Fact]
    public async Task One_that_says_nothing_is_waited_for_no_longer_than_the_limit()
    {
        var ssh = await Script("exec sleep 60");
        using var engine = new DockerEngine(Host(ssh), TimeProvider.System, Git.TestRepository.Tool) { Looking = TimeSpan.FromSeconds(0.3) };

        (await Should.ThrowAsync<DockerUnavailableException>(() => engine.Version(default))).Message.ShouldContain("gave no whole answer within 0.3 s");
    }

    private static DockerHost Host(string ssh) => DockerHost.Parse("ssh://deploy@shop.example:2222") with { Ssh = ssh };

    private async Task<string> Script(string body)
    {
        var ssh = Path.Combine(_folder.Root, "ssh");
        await File.WriteAllTextAsync(ssh, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return ssh;
    }
}
