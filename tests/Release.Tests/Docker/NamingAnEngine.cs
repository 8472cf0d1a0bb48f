using Release.Drivers.Docker;

namespace Release.Tests.Docker;

/// <summary>Addresses of engines.</summary>
public sealed class NamingAnEngine
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", "Unix  /var/run/docker.sock")]
    [InlineData("tcp://build.example:2376", "Tcp build.example:2376 ")]
    [InlineData("tcp://10.0.0.1", "Tcp 10.0.0.1:2375 ")]
    [InlineData("ssh://deploy@shop.example:2222", "Ssh shop.example:2222 ")]
    [InlineData("ssh://shop.example/run/user/1000/docker.sock", "Ssh shop.example: /run/user/1000/docker.sock")]
    public void Each_way_is_understood(string text, string parts)
    {
        var host = DockerHost.Parse(text);
        $"{host.Transport} {host.Machine}{(host.Machine.Length > 0 ? ":" : "")}{host.Port} {host.Socket}".ShouldBe(parts);
    }

    [Theory]
    [InlineData("/var/run/docker.sock")]
    [InlineData("unix://docker.sock")]
    [InlineData("http://host:2375")]
    [InlineData("tcp://host:0")]
    [InlineData("tcp://host:70000")]
    [InlineData("tcp://user@host:2375")]
    [InlineData("ssh://-oProxyCommand=x")]
    [InlineData("ssh://-oProxyCommand@host")]
    [InlineData("ssh://host;reboot")]
    [InlineData("npipe:////./pipe/docker_engine")]
    [InlineData("")]
    public void What_is_none_is_refused(string text) =>
        Should.Throw<FormatException>(() => DockerHost.Parse(text)).Message.ShouldStartWith("expected an engine's address");

    [Fact]
    public void Over_ssh_the_far_sides_own_client_joins_the_ends() =>
        EngineConnection.DialStdio(DockerHost.Parse("ssh://deploy@shop.example:2222/run/d.sock")).ToString()
            .ShouldBe("ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -T -l deploy -p 2222 -- shop.example docker --host unix:///run/d.sock system dial-stdio");

    [Fact]
    public async Task An_ssh_that_fails_is_quoted()
    {
        using var folder = new Journal.TemporaryFolder();
        var ssh = Path.Combine(folder.Root, "ssh");
        await File.WriteAllTextAsync(ssh, "#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await using var talk = Git.TestRepository.Tool.Converse(new(ssh, "host"));
        (await Should.ThrowAsync<IOException>(async () => await talk.ReadExactlyAsync(new byte[10]))).Message.ShouldContain("Permission denied (publickey).");
    }

    [Fact]
    public async Task A_program_that_is_talked_to_answers_and_is_gone_afterwards()
    {
        var talk = Git.TestRepository.Tool.Converse(new("cat"));
        await talk.WriteAsync("hello"u8.ToArray());
        var buffer = new byte[10];
        (await talk.ReadAsync(buffer)).ShouldBe(5);
        await talk.DisposeAsync();
        _ = await Should.ThrowAsync<Exception>(async () => await talk.WriteAsync("more"u8.ToArray()));
    }
}
