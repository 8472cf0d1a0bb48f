using Release.Configuration;
using Release.Drivers.Prometheus;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>Writes the gate's limits as rules of Prometheus into a file that a person names.</summary>
internal static class RulesCommand
{
    /// <summary>The file's whole path.</summary>
    /// <exception cref="ReleaseException">Nothing can be written there.</exception>
    public static string Require(string file)
    {
        var path = Path.GetFullPath(file, System.Environment.CurrentDirectory);
        return file.Any(char.IsControl) || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path))
            ? throw new ReleaseException(ExitStatus.Usage, $"--rules is {OptionText.Found(TerminalText.Line(file, 200))}: no file can be written there.", $"Name a file in a folder that there is: {OwnProgram.Command} Preview --rules release-rules.yml.")
            : path;
    }

    /// <summary>Writes it whole, or not at all. Limits on latency use the bounds of stable's own histogram, where it can be read.</summary>
    public static async Task Write(string path, ReleaseEnvironment environment, CancellationToken cancellation)
    {
        var bounds = await Outlook.Bounds(environment, cancellation);
        Durable.Replace(path, RuleFile.Of(environment.Options, service => bounds.TryGetValue(service, out var known) ? known : []));
    }
}
