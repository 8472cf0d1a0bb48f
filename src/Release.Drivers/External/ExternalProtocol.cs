namespace Release.Drivers.External;

/// <summary>
/// Every call that there is. Requests are made, answers are checked, and the schema for authors is written by this one
/// table.
/// </summary>
internal static class ExternalProtocol
{
    /// <summary>The protocol's number: a driver that does not know it answers <c>failed</c>.</summary>
    public const int Version = 1;

    public const string Observe = "observe";
    public const string Apply = "apply";
    public const string Undo = "undo";

    private static readonly string[] Looks = ["pending", "applied", "torn", "foreign", "unknown"];
    private static readonly string[] Done = [ExternalCall.Done];
    private static readonly string[] Always = ["*"];

    private static readonly ExternalMember Service = new("service", ExternalKind.Service, "The service.", Always);
    private static readonly ExternalMember OfVersion = new("version", ExternalKind.Text, "The version (SemVer).", Always);
    private static readonly ExternalMember Digest = new("digest", ExternalKind.Text, "The artefact's identity, as identify answered it.", Always);
    private static readonly ExternalMember Instance = new("instance", ExternalKind.Text, "The instance's name, the same on every machine and after every crash.", Always);
    private static readonly ExternalMember Backup = new("backup", ExternalKind.Text, "The backup's name.", Always);
    private static readonly ExternalMember Id = new("id", ExternalKind.Text, "The name in the configuration.", Always);
    private static readonly ExternalMember Seen = new("seen", ExternalKind.Open, "What undo needs to know; comes back as before.", []);

    /// <summary>Gets the members of every request.</summary>
    public static IReadOnlyList<ExternalMember> Common { get; } =
    [
        new("protocol", ExternalKind.Integer, "The protocol's number.", Always),
        new("port", ExternalKind.Text, "What the program is to stand for.", Always),
        new("call", ExternalKind.Text, "What it is to do.", Always),
        new("env", ExternalKind.Text, "The environment's name.", Always),
        new("timeout", ExternalKind.Integer, "How many seconds the call may take; then the program is killed with everything it started.", Always),
    ];

    /// <summary>Gets the members of every request about a step, beside the common ones.</summary>
    public static IReadOnlyList<ExternalMember> OfSteps { get; } =
    [
        new("step", ExternalKind.Text, "The kind of step.", Always),
        new("stepId", ExternalKind.Text, "The step's name in the journal.", Always),
        new("key", ExternalKind.Text, "Apply and undo: the idempotency key, 32 hexadecimal digits. The same call under the same key is done once.", []),
        new("before", ExternalKind.Open, "Undo: what observe had seen before the first apply.", []),
    ];

    /// <summary>Gets all calls.</summary>
    public static IReadOnlyList<ExternalCall> Calls { get; } =
    [
        new("platform", "identify", null, "The identity of the artefact that a version of a service is. Nothing is made.",
            [Service, OfVersion], Done, [new("digest", ExternalKind.Text, "What tells it from every other.", Done)]),
        new("platform", "look", null, "Whether an instance runs, and where. One that was never started is dead and has no address; one that was stopped keeps its own.",
            [Instance], ["alive", "dead", "unknown"], [new("address", ExternalKind.Address, "Where it listens.", ["alive"], MayBeNull: true)]),
        new("platform", "running", null, "Optional, for Adopt: the instances of a service that run now, whoever started them. A driver that does not offer it answers failed.",
            [Service], ["done", "unknown"], [new("instances", ExternalKind.Instances, "Those that run, each with its version and digest.", Done)]),
        .. Steps("platform", "prepare", "Makes the artefact available where it will run. Undo may keep it.", [Service, OfVersion, Digest]),
        .. Steps("platform", "start", "Starts the instance beside whatever else runs and waits until it is healthy; at the address that it had, if it ran before.", [Service, Instance, OfVersion, Digest]),
        .. Steps("platform", "retire", "Stops the instance gently. Undo starts it again, if it ran before.", [Service, Instance, OfVersion, Digest]),
        new("router", "endpoints", null, "Where traffic enters.", [], Done,
            [
                new("traffic", ExternalKind.Url, "The address that callers use; null while there is none yet.", Done, MayBeNull: true),
                new("admin", ExternalKind.Url, "The router's own interface.", [], MayBeNull: true),
            ]),
        new("router", "weights", null, "The weights that a service's addresses have now, on a scale of the driver's own.", [Service], ["done", "unknown"],
            [new("weights", ExternalKind.Weights, "Weight by address; one that is missing has none.", Done)]),
        .. Steps("router", "set-up", "Sets up the router for a service, before anything of it takes traffic.", [Service]),
        .. Steps("router", "take-down", "Takes down what set-up set up.", [Service]),
        .. Shift(),
        new("metrics", "counters", null, "Raw cumulative counters of one instance since it started: never rates, never sums over instances.",
            [
                Instance,
                new("variant", ExternalKind.Text, "stable or candidate.", Always),
                new("address", ExternalKind.Address, "Where the instance listens.", Always),
                new("url", ExternalKind.Url, "Where the configuration has its metrics.", Always),
                new("requests", ExternalKind.Text, "The configured name of the counter of requests.", Always),
                new("errors", ExternalKind.Text, "The configured name of the counter of failed requests.", Always),
                new("duration", ExternalKind.Text, "The configured name of the histogram of durations.", Always),
            ],
            Done,
            [
                new("requests", ExternalKind.Count, "Requests.", Done),
                new("errors", ExternalKind.Count, "Of them failed.", Done),
                new("buckets", ExternalKind.Buckets, "The histogram of durations.", []),
                new("startedAt", ExternalKind.Time, "When the instance's process started.", [], MayBeNull: true),
            ]),
        new("probe", "look", null, "One check. Changes nothing.", [Id, new("address", ExternalKind.Url, "Smoke tests: the address to ask.", [])],
            ["pass", "fail", "unavailable"], [new("next", ExternalKind.Text, "What to do about it.", [])]),
        .. Steps("backup", "take", "Takes the backup. Undo is called with the policy of the configuration.", [Id, Backup],
            new ExternalMember("policy", ExternalKind.Text, "Undo: keep, discard or restore.", [])),
        .. Steps("backup", "verify", "Verifies the backup by restoring it into a place of its own. Undo takes that place away.", [Id, Backup]),
    ];

    /// <summary>A call by its name.</summary>
    public static ExternalCall Of(string port, string name, string? step) =>
        Calls.Single(call => call.Port == port && call.Name == name && call.Step == step);

    private static IEnumerable<ExternalCall> Steps(
        string port, string step, string meaning, IReadOnlyList<ExternalMember> subject, params IReadOnlyList<ExternalMember> ofUndo) =>
    [
        new(port, Observe, step, $"Looks how far the step is; changes nothing. {meaning}", subject, Looks, [Seen]),
        new(port, Apply, step, meaning, subject, Done, []),
        new(port, Undo, step, $"Takes back what this step changed and nothing else. {meaning}", [.. subject, .. ofUndo], Done, []),
    ];

    // The router is told the weights themselves, in both directions: what a share is, and what was before, is not its matter.
    private static IEnumerable<ExternalCall> Shift()
    {
        ExternalMember[] subject =
        [
            Service,
            new("stable", ExternalKind.Text, "The instance that serves; not there at a first deployment.", []),
            new("candidate", ExternalKind.Text, "The instance that is released.", Always),
            new("share", ExternalKind.Count, "The candidate's share in percent.", Always),
            new("weights", ExternalKind.Weights, "The weights to set, of these addresses and no other; null removes an address.", Always),
        ];
        yield return new("router", Apply, "shift", "Sets the weights, all at once if it can: 10,000 parts in all.", subject, Done, []);
        yield return new("router", Undo, "shift", "Sets the weights that were there before.", subject, Done, []);
    }
}
