namespace Release.Components;

/// <summary>
/// The headings under which <c>--help</c> lists targets: <c>[Category]</c> on the component that declares them. NUKE itself
/// does not read it, so it is harmless there.
/// </summary>
internal static class TargetGroups
{
    public const string Phases = "Phases of a release";
    public const string TakingBack = "Taking back";
    public const string Looking = "Looking (nothing is changed)";
    public const string Supporting = "Supporting";
    public const string Diagnosis = "Diagnosis";
}
