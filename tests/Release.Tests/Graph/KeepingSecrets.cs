using Nuke.Common;
using Nuke.Common.Execution;
using Serilog;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class KeepingSecrets
{
    [Fact]
    public async Task Masks_them_in_logs_exceptions_and_the_summary()
    {
        using var run = new GraphRun<Leaking>();
        (await run.With("RELEASE_API_KEY", "hunter/2").Run("Leak")).ShouldBe(1);
        run.Out.ShouldContain("key ***");
        run.Out.ShouldContain("url ***");
        run.Out.ShouldContain("InvalidOperationException: bad ***");
        run.Out.ShouldNotContain("hunter");
    }

    [Fact]
    public async Task Does_not_show_one_that_cannot_be_converted()
    {
        using var run = new GraphRun<Leaking>();
        (await run.Run("Leak --pin hunter")).ShouldBe(2);
        run.Error.ShouldContain("--pin: the given value (command line) is not valid");
        run.Error.ShouldNotContain("hunter");
    }

    [Theory]
    [InlineData("plain text\t", "plain text\t")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007rest", "rest")]
    [InlineData("\u001b]8;;http://x\u001b\\link", "link")]
    [InlineData("be\u0007ll \u009b31mc1 \u202eevil", "bell 31mc1 evil")]
    [InlineData("10%\r20%\r", "10% 20%")]
    [InlineData("::set-output name=x::y", ": :set-output name=x::y")]
    [InlineData("  ::error::x", "  : :error::x")]
    [InlineData("a ##[error]x", "a # #[error]x")]
    [InlineData("\u001b[0m::error::x", ": :error::x")]
    public void Text_of_tools_cannot_steer_the_terminal_or_the_host(string text, string expected)
        => TextFilter.Untrusted(text).ShouldBe(expected);

    [Fact]
    public void Masks_what_control_characters_broke_up()
    {
        var masker = new Masker();
        masker.Add("hunter22");
        using var output = new StringWriter();
        new RunConsole(output, colours: true, masker).Line("key hun\u0007ter22", Shade.Error);
        output.ToString().TrimEnd().ShouldBe("\u001b[31mkey ***\u001b[0m");
    }

    internal sealed class Leaking : NukeBuild
    {
        [Secret] [Parameter] public string? ApiKey { get; }
        [Secret] [Parameter] public int? Pin { get; }

        public Target Leak => _ => _.Executes(() =>
        {
            Log.Information("key {Key}", ApiKey);
            Log.Information("url {Url}", Uri.EscapeDataString(ApiKey!));
            throw new InvalidOperationException($"bad {ApiKey}");
        });
    }
}
