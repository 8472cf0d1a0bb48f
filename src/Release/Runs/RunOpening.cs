using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runbooks;

namespace Release.Runs;

/// <summary>What a run was opened with; enough for another machine to resume it or roll it back.</summary>
/// <param name="Kind">What kind of run.</param>
/// <param name="Target">What serves when it ends well.</param>
/// <param name="Stable">What serves now; null in an empty environment.</param>
/// <param name="Goal">The last phase that was asked for.</param>
/// <param name="PlanHash">The plan's identity, to which approvals and resume are bound.</param>
/// <param name="Configuration">The environment file's text, as it was.</param>
/// <param name="Owner">Who started it.</param>
/// <param name="Program">The digest of the program that ran it.</param>
/// <param name="ChangeTicket">The change ticket; may be empty.</param>
/// <param name="Reason">Why, where a person said so; may be empty.</param>
/// <param name="Undoes">The run that this one undoes; null for all but rollbacks.</param>
public sealed record RunOpening(
    RunKind Kind,
    DeployedRelease Target,
    DeployedRelease? Stable,
    string Goal,
    string PlanHash,
    string Configuration,
    string Owner,
    string Program,
    string ChangeTicket,
    string Reason,
    string? Undoes)
{
    /// <summary>Gets a value indicating whether it was opened with <c>--emergency</c>; <see cref="Configuration"/> is the emergency's.</summary>
    public bool IsEmergency { get; init; }

    /// <summary>Gets the run that was withdrawn for this one; null for none.</summary>
    public string? Supersedes { get; init; }

    /// <summary>Gets what is restored; null for all but restores.</summary>
    public RestoreOrder? Restores { get; init; }

    /// <summary>Gets what is restarted or scaled; null for all but fixes.</summary>
    public FixOrder? Fixes { get; init; }

    /// <summary>Gets what it keeps of its runbook; null for none.</summary>
    public RecordedRunbook? Runbook { get; init; }

    /// <summary>Gets a value indicating whether this is the first deployment into an empty environment: it cannot be undone once it is closed.</summary>
    public bool IsFirst => Kind is RunKind.Release && Stable is null;

    /// <summary>Gets what the run brings: the instances of <see cref="Target"/> that do not serve already.</summary>
    public IReadOnlyList<Instance> Brings => Target.Beside(Stable);

    /// <summary>
    /// Gets a value indicating whether a failed step turns the run back. A rollback that turned back would send traffic to
    /// what it was called to take down: it halts instead, and is tried again.
    /// </summary>
    public bool TurnsBack => Kind is not RunKind.Rollback;

    /// <summary>For the journal.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = Words.Of(Kind),
            ["version"] = Target.Version,
            ["target"] = ReleaseJson.ToJson(Target),
            ["stable"] = Stable is null ? null : ReleaseJson.ToJson(Stable),
            ["goal"] = Goal,
            ["planHash"] = PlanHash,
            ["configuration"] = Configuration,
            ["owner"] = Owner,
            ["program"] = Program,
            ["changeTicket"] = ChangeTicket,
            ["reason"] = Reason,
            ["undoes"] = Undoes,
        };
        if (IsEmergency)
        {
            json["emergency"] = true;
        }

        if (Supersedes is not null)
        {
            json["supersedes"] = Supersedes;
        }

        if (Restores is { } order)
        {
            var restores = new JsonObject { ["method"] = order.Method, ["backup"] = order.Backup, ["stamp"] = order.Stamp, ["aside"] = order.Aside };
            if (order.IsGone)
            {
                restores["gone"] = true;
            }

            if (order.WithoutSafety)
            {
                restores["withoutSafety"] = true;
            }

            json["restores"] = restores;
        }

        if (Fixes is { } fix)
        {
            json["fixes"] = new JsonObject { ["kind"] = Words.Of(fix.Kind), ["service"] = fix.Service, ["copies"] = fix.Copies, ["mark"] = fix.Mark };
        }

        if (Runbook is not null)
        {
            json["runbook"] = Runbook.ToJson();
        }

        return json;
    }

    /// <summary>From the journal.</summary>
    public static RunOpening FromJson(JsonObject data) => new(
        Words.Parse<RunKind>(Text(data, "kind")),
        ReleaseJson.FromJson(data["target"]!.AsObject()),
        data["stable"] is JsonObject stable ? ReleaseJson.FromJson(stable) : null,
        Text(data, "goal"),
        Text(data, "planHash"),
        Text(data, "configuration"),
        Text(data, "owner"),
        Text(data, "program"),
        Text(data, "changeTicket"),
        Text(data, "reason"),
        data["undoes"]?.GetValue<string>())
    {
        IsEmergency = data["emergency"]?.GetValue<bool>() is true,
        Supersedes = data["supersedes"]?.GetValue<string>(),
        Restores = data["restores"] is JsonObject order
            ? new(Text(order, "method"), order["backup"]?.GetValue<string>(), Text(order, "stamp"), order["aside"]?.GetValue<string>())
            {
                IsGone = order["gone"]?.GetValue<bool>() is true,
                WithoutSafety = order["withoutSafety"]?.GetValue<bool>() is true,
            }
            : null,
        Fixes = data["fixes"] is JsonObject fix
            ? new(Words.Parse<FixKind>(Text(fix, "kind")), Text(fix, "service"), fix["copies"]?.GetValue<int>(), Text(fix, "mark"))
            : null,
        Runbook = data["runbook"] is JsonObject runbook ? RecordedRunbook.FromJson(runbook) : null,
    };

    private static string Text(JsonObject data, string name) => data[name]?.GetValue<string>() ?? "";
}

/// <summary>ReleaseJson and instances as JSON.</summary>
internal static class ReleaseJson
{
    public static JsonObject ToJson(DeployedRelease deployment) => new()
    {
        ["version"] = deployment.Version,
        ["commit"] = deployment.Commit,
        ["instances"] = new JsonArray([.. deployment.Instances.Select(i => (JsonNode)ToJson(i))]),
    };

    public static JsonObject ToJson(Instance instance) => new()
    {
        ["id"] = instance.Id,
        ["service"] = instance.Artefact.Service,
        ["version"] = instance.Artefact.Version,
        ["digest"] = instance.Artefact.Digest,
        ["faults"] = new JsonArray([.. instance.Faults.Select(f => (JsonNode)f)]),
    };

    public static DeployedRelease FromJson(JsonObject json) => new(
        json["version"]!.GetValue<string>(),
        json["commit"]?.GetValue<string>(),
        [.. json["instances"]!.AsArray().Select(i => InstanceFromJson(i!.AsObject()))]);

    public static Instance InstanceFromJson(JsonObject json) => new(
        json["id"]!.GetValue<string>(),
        new Artefact(
            json["service"]!.GetValue<string>(),
            json["version"]!.GetValue<string>(),
            json["digest"]!.GetValue<string>()),
        [.. json["faults"]!.AsArray().Select(f => f!.GetValue<string>())]);
}

/// <summary>Enumeration values as kebab-case words, as files and people read them.</summary>
public static class Words
{
    /// <summary>The word of a value (<c>RolledBack</c> is <c>rolled-back</c>).</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Array.Find(Known<T>.All, k => EqualityComparer<T>.Default.Equals(k.Value, value)).Word ?? Made(value);

    /// <summary>The value of a word. Throws <see cref="InvalidDataException"/> for a word that this version does not know.</summary>
    public static T Parse<T>(string word)
        where T : struct, Enum => Array.Find(Known<T>.All, k => k.Word == word) is { Word: not null } known
            ? known.Value
            : throw new InvalidDataException($"'{word}' is not a {typeof(T).Name} that this version of Release knows.");

    private static string Made<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return string.Concat(name.Select((c, i) => !char.IsUpper(c) ? c.ToString()
            : i == 0 ? char.ToLowerInvariant(c).ToString() : $"-{char.ToLowerInvariant(c)}"));
    }

    // Made once: a fold asks for every decision of a journal.
    private static class Known<T>
        where T : struct, Enum
    {
        public static readonly (T Value, string Word)[] All = [.. Enum.GetValues<T>().Select(v => (v, Made(v)))];
    }
}
