using System.Globalization;
using System.Text.RegularExpressions;
using Release.Configuration;

namespace Release.Drivers.Compose;

/// <summary>An environment made of a compose file.</summary>
/// <param name="Text">The file: right but for what <c>unfinished</c> in it still asks for.</param>
/// <param name="Lines">What was taken over, what was not, and why.</param>
/// <param name="Unfinished">What a person must still decide.</param>
public sealed partial record ComposeDraft(string Text, IReadOnlyList<string> Lines, IReadOnlyList<string> Unfinished)
{
    /// <summary>Gets the file as if all of that were done: it must be right.</summary>
    public required string Finished { get; init; }

    /// <summary>Makes one.</summary>
    /// <param name="compose">The text of the compose file.</param>
    /// <param name="file">The compose file, as a person would name it.</param>
    /// <param name="name">The environment's name.</param>
    /// <exception cref="ConfigurationException">It is no compose file, or has no service that could be released.</exception>
    public static ComposeDraft Of(string compose, string file, string name)
    {
        var stack = ComposeFile.Parse(compose, file);
        var lines = new List<string>(stack.Notes);
        var taken = new List<(ComposeService Of, string Name)>();
        foreach (var service in stack.Services)
        {
            var own = Renamed(service.Name, [.. taken.Select(other => other.Name)]);
            if (own is not null && WhyNot(service) is { } reason)
            {
                lines.Add($"{service.Name}: left out: {reason}.");
            }
            else if (own is null)
            {
                lines.Add($"{OptionText.Found(service.Name)}: left out: compose itself would refuse this name.");
            }
            else
            {
                taken.Add((service, own));
            }
        }

        if (taken.Count == 0)
        {
            throw new ConfigurationException(
                file, $"has no service to release. {string.Join(" ", lines)} Name a compose file with a service that has a health check over HTTP or a build");
        }

        var draft = new Drafting(file, name, stack, taken, lines);
        var environment = draft.Environment();
        var text = JsonLayout.Of(environment);
        environment.Remove("unfinished");
        return new(text, lines, draft.Unfinished) { Finished = JsonLayout.Of(environment) };
    }

    /// <summary>Why a service is not one that is released; null when it is.</summary>
    private static string? WhyNot(ComposeService service)
    {
        if (service.Profiles.Count > 0)
        {
            return $"it is started only with the profile {string.Join(" or ", service.Profiles)}";
        }

        if (KnownImages.IsKong(service.ImageName))
        {
            return "it is the gateway, which \"traffic\" uses";
        }

        if (service.BuildContext is null && KnownImages.Has(service.ImageName))
        {
            return $"{service.ImageName} is not a program of yours; if you release it all the same, add it to \"services\"";
        }

        return service.Health?.Path is not null || service.BuildContext is not null ? null
            : service.Health is { } health ? $"its health check is no HTTP request to itself ({OptionText.Found(health.Command)}); if it gets traffic, add it to \"services\""
            : "it has no health check; if it gets traffic, add it to \"services\" with the path that answers 200";
    }

    /// <summary>A name for Release: lower-case letters, digits and dashes; null for what is no name in compose either.</summary>
    private static string? Renamed(string name, List<string> others)
    {
        if (!ComposeName().IsMatch(name))
        {
            return null;
        }

        var plain = NotPlain().Replace(name.ToLowerInvariant(), "-").Trim('-');
        plain = plain.Length == 0 ? "service" : plain[..Math.Min(plain.Length, 60)].Trim('-');
        var renamed = plain;
        for (var i = 2; others.Contains(renamed); i++)
        {
            renamed = string.Create(CultureInfo.InvariantCulture, $"{plain}-{i}");
        }

        return renamed;
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]{1,200}\z")]
    private static partial Regex ComposeName();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotPlain();
}
