using System.Text;

namespace Release.Reports;

/// <summary>
/// The style sheet of the pages, and the policy that lets a browser take it and nothing else: no script, no other style, no
/// request. Every colour is in the two palettes, where text has a contrast of 4.5 : 1 at least.
/// </summary>
internal static class PageStyle
{
    public const string Sheet = """
        :root{color-scheme:light dark;--page:#fff;--card:#f5f6f8;--line:#c9ced6;--text:#1a1d21;--soft:#4d5663;--link:#0b57b7;
        --good:#0b6b34;--good-bg:#e1f5e8;--bad:#a8201a;--bad-bg:#fdeae8;--wait:#7a4b00;--wait-bg:#fdf1d8;--idle:#454d59;--idle-bg:#e8ebef;
        --stable:#2456a6;--candidate:#a34700;--limit:#a8201a;--back:#6a3ea1;--band:#e9edf3}
        @media (prefers-color-scheme:dark){:root{--page:#14171b;--card:#1d2127;--line:#3d4552;--text:#e8eaed;--soft:#adb5c0;--link:#8ab8ff;
        --good:#7fdca0;--good-bg:#123322;--bad:#ffaba3;--bad-bg:#43191a;--wait:#f5c86b;--wait-bg:#3a2c0c;--idle:#c3cad4;--idle-bg:#2b313a;
        --stable:#8ab4f8;--candidate:#ffb27a;--limit:#ff9b92;--back:#cdb0f5;--band:#232932}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
        header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
        a{color:var(--link)}
        a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
        .skip{position:absolute;left:1rem;top:-4rem;background:var(--page);padding:.5rem 1rem;border:2px solid var(--link);z-index:1}
        .skip:focus{top:.5rem}
        h1{font-size:1rem;font-weight:600;color:var(--soft);margin:1rem 0 .5rem}
        h2{font-size:1.25rem;margin:2.25rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}
        h3{font-size:1.05rem;margin:1.25rem 0 .5rem}
        p{margin:.4rem 0;max-width:75ch}
        .soft{color:var(--soft)}
        .small{font-size:.875rem}
        code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
        .verdict{border:1px solid var(--line);border-left:.5rem solid;border-radius:.375rem;padding:.75rem 1rem 1rem;background:var(--card)}
        .verdict p{margin:.25rem 0}
        .verdict .word{font-size:1.75rem;line-height:1.2;font-weight:700;letter-spacing:.01em}
        .verdict .sentence{font-size:1.15rem;font-weight:600}
        .verdict.good{border-left-color:var(--good);background:var(--good-bg)}.verdict.good .word{color:var(--good)}
        .verdict.bad{border-left-color:var(--bad);background:var(--bad-bg)}.verdict.bad .word{color:var(--bad)}
        .verdict.wait{border-left-color:var(--wait);background:var(--wait-bg)}.verdict.wait .word{color:var(--wait)}
        .verdict.idle{border-left-color:var(--idle);background:var(--idle-bg)}.verdict.idle .word{color:var(--idle)}
        .verdict .soft{color:var(--text)}
        .alarm{border:2px solid var(--bad);background:var(--bad-bg);color:var(--bad);padding:.5rem 1rem;border-radius:.375rem;margin:1rem 0;font-weight:600}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.5rem 1.25rem;margin:1rem 0 0}
        .facts div{min-width:0}
        .facts dt{font-size:.8125rem;color:var(--soft);margin:0}
        .facts dd{margin:0;font-weight:600}
        .verdict .facts dt{color:var(--text)}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:1rem 0 0}
        .pill{display:inline-block;padding:0 .5rem;border-radius:1rem;font-size:.8125rem;font-weight:600;white-space:nowrap;border:1px solid}
        .pill.good{color:var(--good);background:var(--good-bg)}.pill.bad{color:var(--bad);background:var(--bad-bg)}
        .pill.wait{color:var(--wait);background:var(--wait-bg)}.pill.idle{color:var(--idle);background:var(--idle-bg)}
        .timeline,.timeline ol{list-style:none;margin:0;padding:0}
        .timeline>li{padding:.5rem 0;border-bottom:1px solid var(--line)}
        .timeline .row{display:grid;grid-template-columns:minmax(12rem,20rem) 1fr 10rem;gap:.25rem 1rem;align-items:center}
        .timeline .phase>.row .name{font-weight:700}
        .timeline ol .row{font-size:.9375rem}
        .timeline ol .name{padding-left:1rem}
        .timeline .when{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .timeline .note{margin:0 0 .25rem 1rem;font-size:.875rem;color:var(--soft)}
        .bar{display:block;width:100%;height:.8rem}
        .timeline ol .bar{height:.55rem}
        .bar .track{fill:var(--band)}
        .fill-good{fill:var(--good)}.fill-bad{fill:var(--bad)}.fill-wait{fill:var(--wait)}.fill-idle{fill:var(--idle)}.fill-back{fill:var(--back)}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem}
        figure{margin:0;padding:.75rem;border:1px solid var(--line);border-radius:.375rem;background:var(--card);min-width:0}
        figcaption{font-weight:600}
        figcaption .soft{font-weight:400;display:block;font-size:.875rem}
        .chart{display:block;width:100%;height:auto;margin:.5rem 0}
        .chart text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--text)}
        .chart .small-text{font-size:10.5px}
        .axis{stroke:var(--soft);stroke-width:1;fill:none}
        .grid{stroke:var(--line);stroke-width:1;fill:none}
        .band-a{fill:var(--band)}.band-b{fill:none}
        .line-stable{stroke:var(--stable);stroke-width:2;stroke-dasharray:2 3;fill:none}
        .line-candidate{stroke:var(--candidate);stroke-width:2.25;fill:none}
        .line-bound{stroke:var(--candidate);stroke-width:1;stroke-dasharray:1 3;fill:none}
        .dot-stable{fill:none;stroke:var(--stable);stroke-width:1}
        .dot-candidate{fill:var(--candidate)}
        .line-limit{stroke:var(--limit);stroke-width:1.5;stroke-dasharray:8 4;fill:none}
        .chart .limit-text{fill:var(--limit);font-weight:600}
        .chart .candidate-text{fill:var(--candidate);font-weight:700}
        .mark{stroke:var(--text);stroke-width:1;stroke-dasharray:1 3}
        .mark-badge{fill:var(--page);stroke:var(--text);stroke-width:1}
        .fill-share{fill:var(--candidate);fill-opacity:.16}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.5rem 0;padding:0;font-size:.875rem}
        .legend svg{width:2.25rem;height:.75rem;margin-right:.375rem;vertical-align:middle}
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;width:100%;font-size:.9375rem}
        caption{text-align:left;font-weight:600;padding:.25rem 0}
        th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-bottom:1px solid var(--line)}
        .scroll td,.scroll th{overflow-wrap:normal}
        td.wrap{overflow-wrap:anywhere;min-width:14rem}
        .step td.wrap,.step tbody th{min-width:5rem;overflow-wrap:anywhere}
        td.num,th.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.nowrap{white-space:nowrap}
        tr.changed td,tr.changed th{font-weight:700}
        details{margin:.375rem 0}
        summary{cursor:pointer;padding:.25rem 0}
        .step{border:1px solid var(--line);border-radius:.375rem;padding:.25rem .75rem;background:var(--card)}
        .step summary .name{font-weight:600}
        .decisions{margin:0;padding-left:2.25rem}
        .decisions li{padding:.375rem 0;border-bottom:1px solid var(--line)}
        .decisions li::marker{font-weight:700}
        .decisions p{max-width:none}
        .hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.8125rem}
        .phases{width:10rem;height:1rem;display:block}
        .p0{fill:#5b6573}.p1{fill:#2456a6}.p2{fill:#0b6b34}.p3{fill:#a34700}.p4{fill:#6a3ea1}.p5{fill:#0d6d78}.p6{fill:#8a1f5c}.p7{fill:#5c6300}.p8{fill:#8b1d18}.p9{fill:#3f6f9f}
        .legend .swatch{width:.875rem;height:.875rem}
        footer{margin-top:2.5rem;padding-bottom:2rem;color:var(--soft);font-size:.875rem}
        @media (max-width:46rem){.facts{grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr))}.timeline .row{grid-template-columns:1fr auto}.timeline .row .bar{grid-column:1/-1;order:3}
        .verdict .word{font-size:1.5rem}th,td{padding-right:.5rem}}
        @media print{:root{--page:#fff;--card:#fff;--line:#999;--text:#000;--soft:#333;--link:#000;--good:#0b6b34;--good-bg:#fff;--bad:#a8201a;--bad-bg:#fff;
        --wait:#7a4b00;--wait-bg:#fff;--idle:#333;--idle-bg:#fff;--stable:#2456a6;--candidate:#a34700;--limit:#a8201a;--back:#6a3ea1;--band:#eee}
        body{font-size:10.5pt}nav,.skip{display:none}figure,.step,.verdict,tr,.timeline>li{break-inside:avoid}h2,h3,caption{break-after:avoid}
        .scroll{overflow:visible}.bar rect,.chart rect,.phases rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        .step:not([open])::details-content{content-visibility:visible;block-size:auto}}
        """;

    /// <summary>Gets the policy. A hash pins the one style sheet, so that no other text on the page can become style.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(Sha256.HashData(Encoding.UTF8.GetBytes(Sheet)))}'; img-src data:; base-uri 'none'; form-action 'none'";
}
