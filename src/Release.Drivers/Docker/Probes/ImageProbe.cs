using System.Globalization;
using Release.Configuration;
using Release.Drivers.Compose;
using Release.Probes;

namespace Release.Drivers.Docker.Probes;

/// <summary>Looks at images.</summary>
internal static class ImageProbe
{
    /// <summary>Looks, for the factory of probes.</summary>
    public static async Task<ProbeResult> Look(ImageProbeOptions options, ProbeContext probe, DriverContext context, CancellationToken cancellation)
    {
        var references = References(options, probe, context);
        if (references.Count == 0)
        {
            return new(ProbeVerdict.Unavailable, "no image is named, and no version of a service that has one is to be released", "Write \"image\" into the check, or beside the service; or give --version.");
        }

        using var engine = new ProbedEngine(options, probe, context);
        var platform = options.Platforms.Count > 0 ? null : await engine.Client.Version(cancellation);
        var platforms = platform is null ? options.Platforms : (IReadOnlyList<string>)[$"{platform.Os}/{platform.Architecture}"];
        var problems = new List<string>();
        var seen = new List<string>();
        foreach (var reference in references)
        {
            if (await engine.Client.Image(reference, cancellation) is not { } image)
            {
                problems.Add($"{reference} is not on the engine");
                continue;
            }

            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{reference} is {image.Id[..Math.Min(image.Id.Length, 19)]}, {image.Size / 1e6:0} MB, {image.Platform}"));
            problems.AddRange(Problems(options, image, context.Time.GetUtcNow()).Select(problem => $"{reference} {problem}"));
            var missing = platforms.Where(wanted => !IsFor(image.Platform, wanted)).ToList();
            if (missing.Count > 0 && options.Platforms.Count > 1)
            {
                var offered = (await engine.Client.Distribution(reference, cancellation))?.Platforms ?? [];
                missing.RemoveAll(wanted => offered.Any(one => IsFor(one, wanted)));
            }

            if (missing.Count > 0)
            {
                problems.Add($"{reference} is for {image.Platform}, not for {string.Join(", ", missing)}");
            }
        }

        return problems.Count > 0
            ? new(ProbeVerdict.Fail, string.Join("; ", problems), $"Build or pull what is missing on {engine.Client.Host}, or correct what the check expects.")
            : new(ProbeVerdict.Pass, string.Join("; ", seen));
    }

    private static IEnumerable<string> Problems(ImageProbeOptions options, Image image, DateTimeOffset now)
    {
        if (options.Digest is { } digest && image.Id != digest && !image.RepoDigests.Any(one => one.EndsWith("@" + digest, StringComparison.Ordinal)))
        {
            yield return $"is {image.RepoDigests.DefaultIfEmpty(image.Id).First()}: expected {digest}";
        }

        if (options.MaxSize is { } text && ValueText.TrySize(text, out var most) && image.Size > most)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"has {image.Size / 1e6:0.#} MB: expected at most {text}");
        }

        if (options.MaxAge is { } oldest)
        {
            if (image.Created is not { } created)
            {
                yield return "does not say when it was built";
            }
            else if (now - created > oldest)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"was built at {created:yyyy-MM-dd HH:mm} UTC: expected less than {ValueText.Of(oldest)} ago");
            }
        }
    }

    private static List<string> References(ImageProbeOptions options, ProbeContext probe, DriverContext context) => options.Image is { } image
        ? [probe.Placeholders.Resolve(image)]
        : [.. context.Services
            .Where(service => service.Image is not null && (options.Service is null || service.Name == options.Service))
            .Select(service => probe.Releasing(service.Name) is { } version ? ComposeNames.Image(service.Image!, version) : null)
            .OfType<string>()];

    // A wanted platform without a variant takes any.
    private static bool IsFor(string platform, string wanted) => platform == wanted || platform.StartsWith(wanted + "/", StringComparison.Ordinal);
}
