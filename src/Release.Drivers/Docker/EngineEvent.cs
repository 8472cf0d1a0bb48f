namespace Release.Drivers.Docker;

/// <summary>Something that happened on an engine.</summary>
/// <param name="At">When, to the nanosecond's hundred.</param>
/// <param name="Type">What it happened to: container, image, network, volume, daemon.</param>
/// <param name="Action">What happened: start, die, oom, <c>health_status: healthy</c>, pull, …</param>
/// <param name="Id">The id of what it happened to.</param>
/// <param name="Attributes">Its name, its image, its labels, its exit code, as they came.</param>
public sealed record EngineEvent(DateTimeOffset At, string Type, string Action, string Id, IReadOnlyDictionary<string, string> Attributes)
{
    internal static EngineEvent Read(EngineDocument document)
    {
        var actor = document.Document("Actor");
        var nanoseconds = document.OptionalNumber("timeNano") ?? document.Number("time") * 1_000_000_000;
        return new(
            DateTimeOffset.UnixEpoch.AddTicks(Math.Max(0, nanoseconds) / 100),
            document.Text("Type"),
            document.Text("Action"),
            actor.OptionalText("ID") ?? "",
            actor.TextByName("Attributes"));
    }
}
