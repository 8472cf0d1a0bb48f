using Release.Platforms;

namespace Release.Drivers.Kong;

/// <summary>Where an instance's requests go: one target for each of its addresses, as Kong reaches it.</summary>
internal static class RoutedPlaces
{
    /// <summary>The addresses, in a stable order; empty where it has none.</summary>
    public static IReadOnlyList<string> Of(InstanceView? view) => view?.Address is { } address ? [address] : [];
}
