using System.Globalization;

namespace Release.Drivers.Docker;

/// <summary>How far the engine is with fetching an image, by what it says of each layer. What a layer weighs is known when it begins.</summary>
public sealed class PullProgress
{
    private readonly Dictionary<string, (long Current, long Total, bool IsDone)> _layers = new(StringComparer.Ordinal);

    /// <summary>Gets what was fetched so far, in bytes.</summary>
    public long Fetched => _layers.Values.Sum(layer => layer.Current);

    /// <summary>Gets what is to be fetched, in bytes, as far as it is known.</summary>
    public long Known => _layers.Values.Sum(layer => layer.Total);

    /// <summary>Takes one line of the engine's answer.</summary>
    internal void Add(EngineDocument line)
    {
        // The tag has an id, too, in the first line; layers have twelve digits.
        if (line.OptionalText("id") is not { Length: 12 } layer || line.OptionalText("status") is not { } status)
        {
            return;
        }

        var (current, total, isDone) = _layers.GetValueOrDefault(layer);
        if (status == "Downloading" && line.OptionalDocument("progressDetail") is { } detail && detail.OptionalNumber("total") is > 0 and var size)
        {
            (current, total) = (Math.Clamp(detail.OptionalNumber("current") ?? 0, 0, size), size);
        }

        isDone |= status is "Already exists" or "Pull complete";
        current = isDone || status is "Download complete" ? total : current;
        _layers[layer] = (current, total, isDone);
    }

    /// <summary>For a person: <c>fetched 12 of 80 MB, 1 of 3 layers are there</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"fetched {Fetched / 1e6:0.#} of {Known / 1e6:0.#} MB, {_layers.Values.Count(layer => layer.IsDone)} of {_layers.Count} layers are there");
}
