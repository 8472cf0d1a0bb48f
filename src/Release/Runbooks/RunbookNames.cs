using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Runbooks;

/// <summary>Holds the names in a runbook against what its environment has. Members that could not be read may be null here.</summary>
internal sealed class RunbookNames(RunbookOptions runbook, EnvironmentOptions environment)
{
    private readonly List<string> _roles = [.. (runbook.Roles ?? []).Select(r => r?.Name).OfType<string>()];
    private readonly List<string> _services = [.. environment.Services.Select(s => s.Name)];

    private readonly List<string> _probes =
    [
        .. environment.Checks.Concat(environment.Smoke).Select(p => p.Id).Distinct(),
        .. environment.Services.Where(s => s.Version is not null).Select(s => $"version-{s.Name}"),
    ];

    private readonly List<string> _objectives = [.. environment.Gate.Objectives.Select(o => o.Id), .. environment.Gate.Criteria.Select(c => c.Id)];
    // What tells a backup from others may be its type and its id: the id is what its steps are called by.
    private readonly List<string> _backups = [.. environment.Backup.Select(b => b.Identity.Split(' ')[^1])];

    /// <summary>What names something that is not there, and the token that does.</summary>
    public IEnumerable<(JToken At, string Problem)> Problems(JObject json)
    {
        for (var i = 0; i < (runbook.Lines?.Count ?? 0); i++)
        {
            if (runbook.Lines![i] is not { } line)
            {
                continue;
            }

            if (line.SignOff is { Roles: not null } signOff && At(json, i)?["signOff"]?["roles"] is { } roles)
            {
                foreach (var (role, j) in signOff.Roles.Select((r, j) => (r, j)).Where(r => r.r is not null && !_roles.Contains(r.r)))
                {
                    yield return (roles is JArray list ? list[j] : roles, $"there is no role {JsonText.Quoted(role)}. {Nearest.Hint(role, _roles)}");
                }
            }

            for (var j = 0; j < (line.ShownBy?.Count ?? 0); j++)
            {
                if (line.ShownBy![j] is { } tie)
                {
                    foreach (var problem in Problems(tie, TieAt(json, i, j)))
                    {
                        yield return problem;
                    }
                }
            }
        }
    }

    /// <summary>A tie's object; the only one may stand without a list.</summary>
    public static JToken TieAt(JObject json, int line, int tie) => At(json, line)!["shownBy"] is JArray list ? list[tie] : At(json, line)!["shownBy"]!;

    private static JToken? At(JObject json, int line) => json["lines"]?[line];

    private IEnumerable<(JToken At, string Problem)> Problems(TieOptions tie, JToken at)
    {
        if (tie.Service is { } service && !_services.Contains(service))
        {
            yield return (at["service"]!, $"there is no service {JsonText.Quoted(service)}. {Nearest.Hint(service, _services)}");
        }

        if (Problem(tie) is (var member, var problem) && at[member] is { } token)
        {
            yield return (token, problem);
        }
    }

    private (string Member, string Problem)? Problem(TieOptions tie) => tie switch
    {
        ProbeTieOptions { Id: { } id } when IsUnknown(id, _probes) => ("id", $"there is no check or smoke test {JsonText.Quoted(id)}. {Nearest.Hint(id, _probes)}"),
        CriterionTieOptions { Id: { } id } when IsUnknown(id, _objectives) => ("id", $"the gate has no objective or criterion {JsonText.Quoted(id)}. {Nearest.Hint(id, _objectives)}"),
        CriterionTieOptions { Share: { } share } when !environment.Shares.Contains(share) =>
            ("share", $"no traffic step gives the candidate {share} %: expected one of {string.Join(", ", environment.Shares)}"),
        BackupTieOptions { Id: { } id } when IsUnknown(id, _backups) => ("id", $"there is no backup {JsonText.Quoted(id)}. {Nearest.Hint(id, _backups)}"),
        RoleTieOptions { Name: { } name } when !_roles.Contains(name) => ("name", $"there is no role {JsonText.Quoted(name)}. {Nearest.Hint(name, _roles)}"),
        PhaseTieOptions { Name: LinePhase.Watch } => ("name", "there is no such phase of a run: expected another one"),
        TimeTieOptions { Of: LinePhase.Watch } => ("of", "there is no such phase of a run: expected another one"),
        ConfigurationTieOptions { Path: { } path } when Wrong(path) is { } wrong => ("path", wrong),
        _ => null,
    };

    private bool IsUnknown(string id, List<string> known) => !known.Contains(id) && runbook.ToCome?.Contains(id) != true;

    // Whether there is something is the run's matter, whose configuration may be another one; a misspelled first key is not.
    private static string? Wrong(string path)
    {
        try
        {
            _ = new JObject().SelectToken(path);
        }
        catch (JsonException)
        {
            return $"expected a JSON path such as \"$.traffic.steps\", found {JsonText.Quoted(path)}";
        }

        var first = new string([.. path.TrimStart('$', '.').TakeWhile(c => char.IsAsciiLetterOrDigit(c))]);
        var known = OptionMember.Of(typeof(EnvironmentOptions)).Select(m => m.Name).ToList();
        return known.Contains(first) ? null : $"an environment has no {JsonText.Quoted(first)}. {Nearest.Hint(first, known)}";
    }
}
