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
                var offered = engine.Fetches ? await engine.Client.Distribution(reference, engine.Login(reference), cancellation) : null;
                problems.AddRange(Problems(options, reference, offered, platforms, engine.Fetches));
                seen.Add($"{reference} is fetched by the release, as {offered?.Digest}");
                continue;
            }

            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{reference} is {image.Id[..Math.Min(image.Id.Length, 19)]}, {image.Size / 1e6:0} MB, {image.Platform}"));
            problems.AddRange(Problems(options, image, context.Time.GetUtcNow()).Select(problem => $"{reference} {problem}"));
            var missing = platforms.Where(wanted => !IsFor(image.Platform, wanted)).ToList();
            if (missing.Count > 0 && options.Platforms.Count > 1)
            {
                var others = (await engine.Client.Distribution(reference, engine.Login(reference), cancellation))?.Platforms ?? [];
                missing.RemoveAll(wanted => others.Any(one => IsFor(one, wanted)));
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

    // What is not here yet is judged by what its registry says of it, and that is not all.
    private static IEnumerable<string> Problems(
        ImageProbeOptions options, string reference, ImageDistribution? offered, IReadOnlyList<string> platforms, bool fetches)
    {
        if (offered is null)
        {
            yield return $"{reference} is not on the engine{(fetches ? ", and its registry does not have it" : "")}";
            yield break;
        }

        if (options.Digest is { } digest && digest != offered.Digest)
        {
            yield return $"{reference} is {offered.Digest} in its registry: expected {digest}";
        }

        if (platforms.Where(wanted => offered.Platforms.Count > 0 && !offered.Platforms.Any(one => IsFor(one, wanted))).ToList() is { Count: > 0 } missing)
        {
            yield return $"{reference} is for {string.Join(", ", offered.Platforms)} in its registry, not for {string.Join(", ", missing)}";
        }

        if ((options.MaxSize ?? options.MaxAge as object) is not null)
        {
            yield return $"{reference} is not on the engine yet, and its size and age are seen only there: have it fetched before, or leave maxSize and maxAge out";
        }
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
