using Release.Drivers.Git;
using Release.Runs;

namespace Release.Tests.Git;

public sealed class NamingTags
{
    [Theory]
    [InlineData("1.2.0")]
    [InlineData("release/prod/search/1.2.0-rc.1+build.7")]
    [InlineData("rollback/local/3")]
    public void A_version_is_a_name(string name) => new GitTagName(name).Reference.ShouldBe("refs/tags/" + name);

    [Theory]
    [InlineData("")]
    [InlineData("--upload-pack=touch /tmp/owned")]
    [InlineData("-d")]
    [InlineData("a.lock")]
    [InlineData("a.lock/b")]
    [InlineData("a..b")]
    [InlineData("..")]
    [InlineData("../../heads/main")]
    [InlineData(".hidden")]
    [InlineData("a/.hidden")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a.")]
    [InlineData("@")]
    [InlineData("a@{1}")]
    [InlineData("a\nrefs/heads/main")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a\u007fb")]
    [InlineData("a~1")]
    [InlineData("a^{}")]
    [InlineData("a:b")]
    [InlineData("a?")]
    [InlineData("a*")]
    [InlineData("a[0]")]
    [InlineData("a\\b")]
    [InlineData("a|b")]
    [InlineData("1.2.\u0660")]
    [InlineData("\u202e1.2.0")]
    public void What_git_or_a_reader_could_misunderstand_is_refused(string name)
    {
        var refused = Should.Throw<ReleaseException>(() => new GitTagName(name));

        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldNotContain('\n');
        refused.Message.ShouldNotContain('\u202e');
    }

    [Fact]
    public void A_name_of_300_characters_is_refused() =>
        Should.Throw<ReleaseException>(() => new GitTagName(new string('a', 300))).Message.Length.ShouldBeLessThan(300);

    [Theory]
    [InlineData("")]
    [InlineData("--upload-pack=touch /tmp/owned")]
    [InlineData("ext::sh -c whoami")]
    [InlineData("ext::whoami")]
    [InlineData("origin\n")]
    [InlineData("a b")]
    public void A_remote_that_could_be_a_command_is_refused(string remote) =>
        Should.Throw<ReleaseException>(() => new GitRemote(remote)).Status.ShouldBe(ExitStatus.Usage);

    [Fact]
    public void Commands_are_lists_in_which_names_stay_names()
    {
        var name = new GitTagName("local/1.0.0");

        string.Join('\n', GitCommands.Tag(name, "abc", "two\nlines")).ShouldBe(
            "-c\nuser.name=Release\n-c\nuser.email=release@localhost\n-c\ntag.gpgSign=false\n"
            + "tag\n--annotate\n--no-sign\n--cleanup=verbatim\n--message=two\nlines\n--\nlocal/1.0.0\nabc");
        string.Join(' ', GitCommands.PushTag(new GitRemote("origin"), name)).ShouldBe(
            "-c core.askPass= -c credential.interactive=false -c protocol.ext.allow=never "
            + "push --porcelain --no-follow-tags -- origin refs/tags/local/1.0.0:refs/tags/local/1.0.0");
        string.Join(' ', GitCommands.DeleteTag(name, "abc")).ShouldBe("update-ref -d refs/tags/local/1.0.0 abc");
        string.Join(' ', GitCommands.Commit("--all")).ShouldBe("rev-parse --verify --quiet --end-of-options --all^{commit}");
    }
}
