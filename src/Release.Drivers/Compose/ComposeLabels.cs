namespace Release.Drivers.Compose;

/// <summary>
/// The labels by which containers are found again after any crash. Candidates have none of compose's own: with them
/// compose 1.29.2 takes a container for its service's (it scales, recreates and counts it) or, where the file has no such
/// service, for an orphan that <c>up --remove-orphans</c> and <c>down</c> remove.
/// </summary>
internal static class ComposeLabels
{
    public const string Environment = "release.environment";
    public const string Service = "release.service";
    public const string Version = "release.version";
    public const string Digest = "release.digest";
    public const string Run = "release.run";
    public const string Variant = "release.variant";
    public const string Instance = "release.instance";

    /// <summary>The values that flags took the place of, as JSON: a later candidate begins with those.</summary>
    public const string Replaced = "release.replaced";

    public const string OfCompose = "com.docker.compose.";
    public const string Project = "com.docker.compose.project";
    public const string ProjectService = "com.docker.compose.service";
    public const string OneOff = "com.docker.compose.oneoff";

    public const string Number = "com.docker.compose.container-number";

    /// <summary>Which of its service's containers it is, from 1: compose stops the last ones when it runs fewer.</summary>
    public static int NumberOf(Docker.Container container) =>
        int.TryParse(container.Labels.GetValueOrDefault(Number), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;

    /// <summary>Whether compose made the container.</summary>
    public static bool AreOfCompose(IReadOnlyDictionary<string, string> labels) => labels.ContainsKey(Project);
}
