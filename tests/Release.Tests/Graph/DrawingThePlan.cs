using System.Text.RegularExpressions;
using System.Xml.Linq;
using Nuke.Common;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class DrawingThePlan
{
    [Fact]
    public async Task Writes_one_page_prints_its_path_and_runs_nothing()
    {
        using var run = new GraphRun<Drawn>();
        (await run.Run("Ship --plan --html")).ShouldBe(0, run.Error);
        var path = Path.Combine(run.Root, ".nuke", "temp", "plan.html");
        run.Out.Trim().ShouldBe(path);
        run.Ran.ShouldBeEmpty();
        var page = await File.ReadAllTextAsync(path);
        page.ShouldContain("<code>Check</code>");
        page.ShouldContain("needed by Ship");
        page.ShouldContain("triggered by Ship");
        Regex.Count(page, "class=\"edge needs\"").ShouldBe(1);
        Regex.Count(page, "class=\"edge triggered\"").ShouldBe(1);
    }

    [Fact]
    public async Task Loads_nothing_lets_no_script_run_and_suits_light_and_dark()
    {
        var page = await Page("Ship --plan --html");
        page.ShouldContain("default-src 'none'; style-src 'sha256-");
        page.ShouldNotContain("unsafe-inline");
        page.ShouldNotContain("http://");
        page.ShouldNotContain("https://");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("style=");
        page.ShouldContain("prefers-color-scheme: dark");
        var style = Regex.Match(page, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
        page.ShouldContain(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style))));
    }

    [Fact]
    public async Task Shows_every_text_as_text()
    {
        var page = await Page("Ship --plan --html --skip Tell");
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&#39;");
        page.ShouldNotContain("\u202e");
        page.ShouldContain("skipped via parameter");
    }

    [Fact]
    public async Task Is_well_formed()
    {
        var page = await Page("Ship --plan --html");
        var body = Regex.Match(page, "<svg.*?</svg>", RegexOptions.Singleline).Value;
        XElement.Parse(body).Descendants().Count().ShouldBeGreaterThan(6);
    }

    [Fact]
    public async Task Is_refused_alone_and_shares_the_word_with_a_build_that_has_it()
    {
        using var run = new GraphRun<Drawn>();
        (await run.Run("Ship --html")).ShouldBe(2);
        run.Error.ShouldContain("--html goes with --plan");
        using var own = new GraphRun<WithHtml>();
        (await own.Run("History --html")).ShouldBe(0, own.Error);
        own.Ran.ShouldBe(["html"]);
        (await own.Run("History --html --plan")).ShouldBe(0, own.Error);
        own.Out.ShouldContain("plan.html");
    }

    private static async Task<string> Page(string arguments)
    {
        using var run = new GraphRun<Drawn>();
        (await run.Run(arguments)).ShouldBe(0, run.Error);
        return await File.ReadAllTextAsync(Path.Combine(run.Root, ".nuke", "temp", "plan.html"));
    }

    internal sealed class Drawn : NukeBuild
    {
        public Target Check => _ => _.Description("<script>alert(1)</script> \"&' \u202e");
        public Target Ship => _ => _.DependsOn(Check).Triggers(Tell);
        public Target Tell => _ => _;
    }

    internal sealed class WithHtml : NukeBuild
    {
        [Parameter] public bool Html { get; }
        public Target History => _ => _.Executes(() => Trace.Ran.Add(Html ? "html" : "text"));
    }
}
