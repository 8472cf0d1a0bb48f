using Release.Gates;
using Release.Output;
using Release.Runbooks;
using Release.Runs;

namespace Release.Reports;

/// <summary>
/// A run as one self-contained HTML document: nothing is loaded from elsewhere, nothing runs in it. Well-formed as XML, so
/// that tests and tools can read it.
/// </summary>
/// <param name="report">The run.</param>
/// <param name="mask">Takes secrets out of a text.</param>
public sealed class ReportPage(ReleaseReport report, Func<string, string> mask)
{
    private const int MostLinks = 2000;

    /// <summary>The document.</summary>
    public string Render() => Page.Of($"Run {report.Run} in {report.Environment}: {report.Version} {Tones.Of(report).Word.ToLowerInvariant()}", mask, html =>
    {
        using (html.Element("header"))
        {
            _ = html.Leaf("h1", $"{report.Environment} · run {report.Run} · {Words.Of(report.Kind)} {report.Version}").Line();
        }

        using (html.Element("main", ("id", "main"), ("tabindex", "-1")))
        {
            Alarm(html);
            Verdict(html);
            Contents(html);
            new Timeline(report, html).Write();
            new Charts(report, html).Write();
            Decisions(html);
            Runbook(html);
            Probes(html, "checks", "Checks before the release", "No checks were recorded.", [.. report.Probes.Where(p => p.IsCheck)]);
            Probes(html, "smoke", "Smoke tests and verification", "No smoke tests were recorded.", [.. report.Probes.Where(p => !p.IsCheck)]);
            new StepDetails(report, html).Write();
            Evidence(html);
            Left(html);
            Identity(html);
            Chain(html);
        }

        _ = html.Line();
        using (html.Element("footer"))
        {
            _ = html.Leaf("p", $"Written from records {report.Chain.First.Seq} to {report.Chain.Last.Seq} of the journal of {report.Environment}. Times are UTC. Nothing in this file is loaded from elsewhere.");
        }
    });

    private void Alarm(HtmlWriter html)
    {
        foreach (var damage in report.Chain.Damages)
        {
            _ = html.Leaf("p", $"The journal is damaged at record {damage.Seq} (line {damage.Line}): {damage.What}. What this report says may not be what happened.", ("class", "alarm"), ("role", "alert")).Line();
        }

        var bad = report.Evidence.Where(e => e.Now is not (null or Release.Evidence.EvidenceCondition.Intact)).ToList();
        if (bad.Count > 0)
        {
            _ = html.Leaf("p", $"{bad.Count} of {report.Evidence.Count} files of evidence are not as they were recorded: see Evidence.", ("class", "alarm"), ("role", "alert")).Line();
        }
    }

    private void Verdict(HtmlWriter html)
    {
        var (word, sign, tone) = Tones.Of(report);
        using (html.Element("section", ("class", $"verdict {Page.Class(tone)}"), ("aria-label", "Verdict")))
        {
            using (html.Element("p", ("class", "word")))
            {
                _ = html.Leaf("span", sign, ("aria-hidden", "true")).Text($" {word}");
            }

            _ = html.Leaf("p", report.Verdict.Sentence, ("class", "sentence"));
            foreach (var more in new[] { report.Verdict.Why, report.Verdict.Next }.Where(t => t.Length > 0))
            {
                _ = html.Leaf("p", more);
            }

            using (html.Element("dl", ("class", "facts")))
            {
                Page.Fact(html, "Version", report.VersionBefore is { } before && before != report.Version ? $"{before} → {report.Version}" : report.Version);
                Page.Fact(html, "Started", Show.Time(report.StartedAt));
                Page.Fact(html, report.FinishedAt is null ? "Open for (last record)" : "Took", Show.Duration(TimeSpan.FromSeconds(report.Seconds)));
                Page.Fact(html, "By", report.Origin.Owner);
                Page.Fact(html, "Change ticket", report.Origin.ChangeTicket);
                Page.Fact(html, "Reason given", report.Origin.Reason);
                Page.Fact(html, "Found bad after", report.DetectionSeconds is { } seconds ? Show.Duration(TimeSpan.FromSeconds(seconds)) + " of traffic" : "");
                Page.Fact(html, "Candidate's requests", report.CandidateRequests > 0 ? Wording.Count(report.CandidateRequests) : "");
                Page.Fact(html, "Emergency", report.Origin.IsEmergency ? "yes" : "");
                Page.Fact(html, "Supersedes run", report.Origin.Supersedes ?? "");
                Page.Fact(html, "Superseded by run", report.Origin.SupersededBy ?? "");
                Page.Fact(html, "Last answer of what was taken back", report.LastAnswerText);
                Page.Fact(html, "Undoes run", report.Origin.Undoes ?? "");
                Page.Fact(html, "Undone by run", report.Origin.UndoneBy ?? "");
                Page.Fact(html, "Journal", report.Chain.Holds ? "chain verified" : "DAMAGED");
            }
        }
    }

    private void Runbook(HtmlWriter html)
    {
        if (report.Runbook is { } runbook)
        {
            Page.Section(html, "runbook", $"Runbook: {runbook.Title}", () =>
            {
                _ = html.Leaf("p", runbook.Summary);
                RunbookPage.Write(html, runbook);
            });
        }
    }

    private void Contents(HtmlWriter html)
    {
        _ = html.Line();
        using (html.Element("nav", ("aria-label", "Contents")))
        using (html.Element("ul"))
        {
            foreach (var (id, words) in new[]
            {
                ("timeline", "What happened"), ("metrics", "Traffic and objectives"), ("decisions", "Decisions"), ("runbook", "Runbook"), ("checks", "Checks"), ("smoke", "Smoke tests"),
                ("steps", "Steps"), ("evidence", "Evidence"), ("left", "What is left"), ("identity", "Identity"), ("chain", "Journal"),
            })
            {
                if (id != "runbook" || report.Runbook is not null)
                {
                    using (html.Element("li"))
                    {
                        _ = html.Leaf("a", words, ("href", $"#{id}"));
                    }
                }
            }
        }
    }

    private void Decisions(HtmlWriter html) => Page.Section(html, "decisions", "Decisions", () =>
    {
        if (report.Decisions.Count == 0)
        {
            _ = html.Leaf("p", "Nothing was decided in this run.");
            return;
        }

        using (html.Element("ol", ("class", "decisions")))
        {
            foreach (var decision in report.Decisions)
            {
                using (html.Element("li", ("value", $"{decision.Number}")))
                {
                    using (html.Element("div"))
                    {
                        _ = Page.Pill(html, Tones.Of(decision), Tones.ToneOf(decision)).Text(" ");
                        _ = Page.Time(html, decision.At, Page.Clock(decision.At));
                        _ = html.Text($" {decision.Service}{(decision.Share is { } share ? $" at {share:0.##} %" : "")}".TrimEnd());
                    }

                    _ = html.Leaf("p", decision.Reason, ("class", "small"));
                }

                _ = html.Line();
            }
        }
    });

    private static void Probes(HtmlWriter html, string id, string heading, string none, IReadOnlyList<ReportedProbe> probes) => Page.Section(html, id, heading, () =>
    {
        if (probes.Count == 0)
        {
            _ = html.Leaf("p", none);
            return;
        }

        Page.Table(html, $"{probes.Count(p => p.Verdict == "pass")} of {probes.Count} passed", ["check", "verdict", "phase", "type", "#took", "what was seen"], () =>
        {
            foreach (var probe in probes)
            {
                using (html.Element("tr"))
                {
                    _ = html.Leaf("th", probe.Id, ("scope", "row"));
                    using (html.Element("td"))
                    {
                        _ = Page.Pill(html, probe.Verdict, Tones.OfVerdict(probe.Verdict));
                    }

                    _ = html.Leaf("td", probe.Phase).Leaf("td", probe.Type).Leaf("td", Show.Duration(TimeSpan.FromMilliseconds(probe.Milliseconds)), ("class", "num")).Leaf("td", probe.Detail, ("class", "wrap"));
                }
            }
        });
    });

    private void Evidence(HtmlWriter html) => Page.Section(html, "evidence", "Evidence", () =>
    {
        if (report.Evidence.Count == 0)
        {
            _ = html.Leaf("p", "No files were kept for this run.");
            return;
        }

        Page.Table(html, "Files kept, and whether each is as it was recorded", ["file", "now", "#size", "SHA-256 as recorded"], () =>
        {
            foreach (var file in report.Evidence)
            {
                var (word, tone) = Tones.Of(file.Now);
                using (html.Element("tr"))
                {
                    _ = html.Leaf("th", file.Name, ("scope", "row"));
                    using (html.Element("td"))
                    {
                        _ = Page.Pill(html, word, tone);
                    }

                    _ = html.Leaf("td", Page.Bytes(file.Size), ("class", "num")).Leaf("td", file.Sha256, ("class", "wrap hash"));
                }
            }
        });
    });

    private void Left(HtmlWriter html) => Page.Section(html, "left", "What is left, and notices", () =>
    {
        foreach (var due in report.Due)
        {
            _ = html.Leaf("p", $"{due.Step}: {due.Version} is kept until {Show.Time(due.At)}, then retired.");
        }

        foreach (var notice in report.Notices)
        {
            _ = html.Leaf("p", $"{Show.Time(notice.At)} {notice.To}: {notice.Detail}");
        }

        if (report.Due.Count == 0 && report.Notices.Count == 0)
        {
            _ = html.Leaf("p", "Nothing of this run is left to do, and no notice was sent.");
        }
    });

    private void Identity(HtmlWriter html) => Page.Section(html, "identity", "Identity", () =>
    {
        using (html.Element("dl", ("class", "facts")))
        {
            Page.Fact(html, "Plan", report.Origin.PlanHash);
            Page.Fact(html, "Configuration, SHA-256", report.Origin.ConfigurationSha256);
            Page.Fact(html, "Program", ProgramNames.Of(report.Origin.Program));
            Page.Fact(html, "Goal", report.Origin.Goal);
        }

        Page.Table(html, "What was released", ["service", "version", "artefact", "before", "artefact before"], () =>
        {
            foreach (var artefact in report.Artefacts)
            {
                using (html.Element("tr"))
                {
                    _ = html.Leaf("th", artefact.Service, ("scope", "row")).Leaf("td", artefact.Version).Leaf("td", artefact.Digest, ("class", "wrap hash"))
                        .Leaf("td", artefact.VersionBefore ?? "–").Leaf("td", artefact.DigestBefore ?? "–", ("class", "wrap hash"));
                }
            }
        });
        if (report.Artefacts is [{ Commit: { } commit }, ..])
        {
            _ = html.Leaf("p", $"Released from commit {commit}.", ("class", "small"));
        }

        Page.Table(html, "Processes that wrote its records", ["#token", "who", "host and process", "what for", "since"], () =>
        {
            foreach (var writer in report.Writers)
            {
                using (html.Element("tr"))
                {
                    _ = html.Leaf("th", $"{writer.Token}", ("scope", "row"), ("class", "num")).Leaf("td", writer.Owner).Leaf("td", $"{writer.Host}, {writer.Process}")
                        .Leaf("td", writer.Purpose, ("class", "wrap")).Leaf("td", Show.Time(writer.Since), ("class", "nowrap"));
                }
            }
        });
    });

    private void Chain(HtmlWriter html) => Page.Section(html, "chain", "The journal's chain", () =>
    {
        var chain = report.Chain;
        _ = html.Leaf("p", chain.Holds
            ? $"Verified: each of the journal's {Wording.Count(chain.Records)} records carries the hash of the one before, and every hash is right."
            : $"NOT verified: {chain.Damages.Count} places of the journal are damaged (see the top).");
        if (chain.TornTail)
        {
            _ = html.Leaf("p", "The journal ends in a line that a crash cut short; it was never acknowledged and is no damage.");
        }

        using (html.Element("dl", ("class", "facts")))
        {
            Page.Fact(html, "First record of the run", $"{chain.First.Seq}: {chain.First.Hash}");
            Page.Fact(html, "Last record of the run", $"{chain.Last.Seq}: {chain.Last.Hash}");
            Page.Fact(html, "Last record of the journal", chain.LastHash);
        }

        using (html.Element("details"))
        {
            _ = html.Leaf("summary", $"The run's records ({Wording.Count(chain.Links.Sum(l => l.Count))}; samples in a row stand in one line)");
            Page.Table(html, chain.Links.Count > MostLinks ? $"The first {MostLinks} of {chain.Links.Count} lines; the journal has all of them" : "Records", ["#seq", "time", "type", "what", "#token", "hash"], () =>
            {
                foreach (var link in chain.Links.Take(MostLinks))
                {
                    using (html.Element("tr"))
                    {
                        _ = html.Leaf("th", link.Count == 1 ? $"{link.Seq}" : $"{link.Seq}–{link.LastSeq}", ("scope", "row"), ("class", "num"))
                            .Leaf("td", Page.Clock(link.At), ("class", "nowrap")).Leaf("td", link.Count == 1 ? link.Type : $"{link.Type} × {link.Count}", ("class", "nowrap"))
                            .Leaf("td", link.What).Leaf("td", $"{link.Token}", ("class", "num")).Leaf("td", link.Hash[..Math.Min(16, link.Hash.Length)] + "…", ("class", "hash"));
                    }
                }
            });
        }
    });
}
