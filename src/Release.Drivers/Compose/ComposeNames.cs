using System.Globalization;
using System.Text.RegularExpressions;

namespace Release.Drivers.Compose;

/// <summary>Names and references of one stack, by Docker's rules. Pure.</summary>
internal static partial class ComposeNames
{
    private const string Adopted = "-adopted-";
    private const string Settled = "-settled";
    private const string Firsts = "-first-";
    private const int ShortId = 12;

    /// <summary>What a candidate's container is called: the instance's id, in the characters that Docker allows; the others of a scaled service are numbered.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="number">From 1.</param>
    public static string Container(string instance, int number) =>
        Refused().Replace(instance, "_") + (number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}"));

    /// <summary>Whether Docker could have a container that runs an instance of this name.</summary>
    public static bool IsInstance(string instance) => Instance().IsMatch(instance);

    /// <summary>The id of what compose started and no release: it stays the same as long as the service runs this image.</summary>
    public static string AdoptedId(string service, string version, string image) => $"{service}-{version}{Adopted}{Short(image)}";

    /// <summary>Whether an id is that of a service's container on this image.</summary>
    public static bool IsAdopted(string instance, string service, string image) =>
        instance.StartsWith($"{service}-", StringComparison.Ordinal) && instance.EndsWith($"{Adopted}{Short(image)}", StringComparison.Ordinal);

    /// <summary>The name of compose's own containers of an instance, without those that a release started.</summary>
    public static string Place(string instance) => instance + Settled;

    /// <summary>The instance, and whether only its place in compose is meant.</summary>
    public static (string Instance, bool OnlyPlace) Parse(string name) =>
        name.EndsWith(Settled, StringComparison.Ordinal) ? (name[..^Settled.Length], true) : (name, false);

    /// <summary>The name of the first of compose's own containers of an instance: those that stay when it is scaled down to so many.</summary>
    public static string First(string instance, int copies) => string.Create(CultureInfo.InvariantCulture, $"{instance}{Firsts}{copies}");

    /// <summary>The instance, and how many of compose's own containers of it are meant; null for all of them.</summary>
    public static (string Instance, int? Copies) ParseFirst(string name) =>
        name.LastIndexOf(Firsts, StringComparison.Ordinal) is var at and > 0
        && int.TryParse(name.AsSpan(at + Firsts.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var copies)
            ? (name[..at], copies)
            : (name, null);

    /// <summary>The image of a version: <c>{version}</c> in the template, or the tag behind it. A tag cannot have a plus sign.</summary>
    public static string Image(string template, string version)
    {
        var tag = version.Replace('+', '_');
        if (template.Contains("{version}", StringComparison.Ordinal))
        {
            return template.Replace("{version}", tag, StringComparison.Ordinal);
        }

        var bare = template.Split('@')[0];
        return $"{Repository(bare)}:{tag}";
    }

    /// <summary>A reference without its tag and digest.</summary>
    public static string Repository(string reference)
    {
        var bare = reference.Split('@')[0];
        var tag = bare.LastIndexOf(':');
        return tag > bare.LastIndexOf('/') ? bare[..tag] : bare;
    }

    /// <summary>The tag of a reference; null when it has none.</summary>
    public static string? Tag(string reference)
    {
        var bare = reference.Split('@')[0];
        return Repository(bare) is var repository && repository.Length < bare.Length ? bare[(repository.Length + 1)..] : null;
    }

    /// <summary>The first characters of an id.</summary>
    public static string Short(string id)
    {
        var bare = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return bare[..Math.Min(ShortId, bare.Length)];
    }

    /// <summary>An instance's id in a step's id.</summary>
    public static string InStep(string instance) => instance.Replace('.', '-').Replace('+', '-').ToLowerInvariant();

    [GeneratedRegex("[^a-zA-Z0-9_.-]")]
    private static partial Regex Refused();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.+-]{0,180}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Instance();
}
