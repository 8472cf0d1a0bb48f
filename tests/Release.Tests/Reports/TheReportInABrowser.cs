using System.Text;
using Release.Journal;
using Release.Reports;
using Release.Tests.Browser;

namespace Release.Tests.Reports;

/// <summary>The pages as a browser shows them; skipped where there is none.</summary>
public sealed class TheReportInABrowser
{
    // The contrast of every text with what is behind it: the nearest background that is not transparent; within a chart also
    // the bands. WCAG 2.2, relative luminance.
    private const string Contrasts = """
        (() => {
          const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 }; };
          const lum = c => { const f = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(c.r) + .7152 * f(c.g) + .0722 * f(c.b); };
          const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
          const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; } return { r: 255, g: 255, b: 255 }; };
          document.querySelectorAll('details').forEach(d => d.open = true);
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), bad = [];
          let count = 0;
          while (walker.nextNode()) {
            const node = walker.currentNode, e = node.parentElement;
            if (!node.data.trim() || ['title', 'desc', 'style'].includes(e.localName)) continue;
            count++;
            const style = getComputedStyle(e), isSvg = e.namespaceURI.endsWith('svg');
            const ink = parse(isSvg ? style.fill : style.color), grounds = [behind(e)];
            if (isSvg) document.querySelectorAll('.band-a').forEach(b => grounds.push(parse(getComputedStyle(b).fill)));
            const worst = Math.min(...grounds.map(g => ratio(ink, g)));
            if (worst < 4.5) bad.push(e.localName + '.' + e.getAttribute('class') + ' ' + worst.toFixed(2) + ': ' + node.data.trim().slice(0, 40));
          }
          return { count, bad: [...new Set(bad)] };
        })()
        """;

    public static TheoryData<string, int, bool> Looks => new()
    {
        { "refused", 1280, false }, { "refused", 320, true }, { "promoted", 390, false }, { "promoted", 1280, true }, { "history", 320, false }, { "history", 1280, true },
    };

    [ChromiumTheory]
    [MemberData(nameof(Looks))]
    public async Task It_loads_without_a_complaint_and_fits(string which, int width, bool dark)
    {
        await using var page = await BrowserPage.Open(Html(which), width, dark);

        (await page.Evaluate("getComputedStyle(document.querySelector('.verdict')).borderLeftWidth"))!.GetValue<string>().ShouldBe("8px"); // The style was taken.
        (await page.Evaluate("document.documentElement.scrollWidth - innerWidth"))!.GetValue<int>().ShouldBeLessThanOrEqualTo(0);
        var contrasts = (await page.Evaluate(Contrasts))!;
        contrasts["count"]!.GetValue<int>().ShouldBeGreaterThan(40);
        contrasts["bad"]!.AsArray().Select(b => b!.GetValue<string>()).ShouldBeEmpty();

        // With everything unfolded it fits, too.
        (await page.Evaluate("document.documentElement.scrollWidth - innerWidth"))!.GetValue<int>().ShouldBeLessThanOrEqualTo(0);
        await page.Keep($"{which}-{width}{(dark ? "-dark" : "")}-open.png");
        page.Complaints.ShouldBeEmpty();
        page.Requests.ShouldAllBe(r => r.StartsWith("file:", StringComparison.Ordinal) || r.StartsWith("data:", StringComparison.Ordinal));
    }

    [ChromiumFact]
    public async Task Every_hostile_text_is_inert()
    {
        var records = Told.RolledBack().Journal.Records;
        var all = string.Join(' ', HostileTexts.All);
        var spoiled = ReleaseReport.Of(HostileTexts.Spoil(records, all), "2");
        var tame = ReleaseReport.Of(new WholeJournal(records, [new JournalDamage(3, 3, "x")], TornTail: true), "2");
        const string Elements = "[...new Set([...document.querySelectorAll('*')].map(e => e.localName))].sort().join()";
        string expected;
        await using (var calm = await BrowserPage.Open(Told.Html(tame)))
        {
            expected = (await calm.Evaluate(Elements))!.GetValue<string>();
        }

        await using var page = await BrowserPage.Open(Told.Html(spoiled), 320);

        (await page.Evaluate(Elements))!.GetValue<string>().ShouldBe(expected);
        (await page.Evaluate("document.querySelectorAll('script,iframe,img,object,embed,form,input,base').length"))!.GetValue<int>().ShouldBe(0);
        (await page.Evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on') || n === 'style').length"))!.GetValue<int>().ShouldBe(0);
        (await page.Evaluate("[...document.querySelectorAll('[href]')].filter(a => !/^(#|data:,$)/.test(a.getAttribute('href'))).length"))!.GetValue<int>().ShouldBe(0);
        (await page.Evaluate("document.body.innerText.includes('<img src=x onerror=alert(1)>')"))!.GetValue<bool>().ShouldBeTrue(); // It is shown, as text.
        (await page.Evaluate("document.querySelectorAll('details').forEach(d => d.open = true); document.documentElement.scrollWidth - innerWidth"))!.GetValue<int>().ShouldBeLessThanOrEqualTo(0);
        page.Complaints.ShouldBeEmpty();
        page.Acts.ShouldBeEmpty();
        page.Requests.ShouldAllBe(r => r.StartsWith("file:", StringComparison.Ordinal) || r == "data:,");
    }

    [ChromiumFact]
    public async Task What_the_policy_is_for_is_refused()
    {
        // The test's own control: a page that did what a hostile text wants is complained of.
        var html = Html("refused").Replace("</main>", "<p style=\"color:red\">x</p><img src=\"https://evil.test/x.png\" alt=\"\" /><script>alert(1)</script></main>", StringComparison.Ordinal);

        await using var page = await BrowserPage.Open(html);

        page.Complaints.Count.ShouldBeGreaterThanOrEqualTo(3);
        page.Acts.ShouldBeEmpty();
    }

    [ChromiumFact]
    public async Task It_is_used_with_the_keyboard()
    {
        await using var page = await BrowserPage.Open(Html("refused"));

        await page.Press("Tab", 9);
        (await page.Evaluate("document.activeElement.className + ' ' + (document.activeElement.getBoundingClientRect().top >= 0)"))!.GetValue<string>().ShouldBe("skip true");
        await page.Press("Enter", 13, "\r");
        (await page.Evaluate("document.activeElement.id"))!.GetValue<string>().ShouldBe("main");

        var reached = new List<string>();
        for (var i = 0; i < 60 && reached.LastOrDefault() != "SUMMARY name"; i++)
        {
            await page.Press("Tab", 9);
            reached.Add((await page.Evaluate("document.activeElement.tagName + ' ' + (document.activeElement.firstElementChild?.className ?? '')"))!.GetValue<string>());
            (await page.Evaluate("getComputedStyle(document.activeElement).outlineStyle"))!.GetValue<string>().ShouldBe("solid", reached[^1]);
        }

        reached.ShouldContain("SUMMARY name");
        await page.Press("Enter", 13, "\r");
        (await page.Evaluate("document.activeElement.parentElement.open"))!.GetValue<bool>().ShouldBeTrue();
        await page.Press("Enter", 13, "\r");
        (await page.Evaluate("document.activeElement.parentElement.open"))!.GetValue<bool>().ShouldBeFalse();
    }

    [ChromiumFact]
    public async Task It_is_printed()
    {
        await using var page = await BrowserPage.Open(Html("refused"));

        Encoding.ASCII.GetString((await page.Print())[..5]).ShouldBe("%PDF-");
        page.Complaints.ShouldBeEmpty();
    }

    private static string Html(string which)
    {
        var refused = Told.RolledBack();
        return which switch
        {
            "refused" => Told.Html(refused.View()),
            "promoted" => Told.Html(Told.Promoted().View()),
            _ => new HistoryPage(HistoryReport.Of("fake", refused.Journal()), new HashSet<string> { "2" }, t => t).Render(),
        };
    }
}
