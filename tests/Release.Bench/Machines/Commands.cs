using System.Collections;
using Release.Output;
using Release.Tools;

namespace Release.Bench.Machines;

/// <summary>Runs programs as a person's terminal does, whatever this one was started from.</summary>
/// <param name="dotnetRoot">Where the runtime is.</param>
internal sealed class Commands(string dotnetRoot)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    // RELEASE_… and NUKE_… change a release, CI and GITHUB_… what an interruption does, DOTNET_… how fast a program runs.
    private static readonly string[] Kept =
    [
        "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TERM", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    ];

    private readonly Tool _tool = new(TimeProvider.System, new SecretMask());

    /// <summary>Gets the variables to take away from this process's own for a person's terminal.</summary>
    public IReadOnlyDictionary<string, string?> Terminal { get; } = Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>().Select(variable => (string)variable.Key)
        .Where(name => !Kept.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.StartsWith("NUGET_", StringComparison.Ordinal))
        .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);

    /// <summary>Gets the variables of a compiled program that is started directly: those that build.sh would set.</summary>
    public IReadOnlyDictionary<string, string?> Direct =>
        new Dictionary<string, string?>(Terminal, StringComparer.Ordinal) { ["DOTNET_ROOT"] = dotnetRoot, ["DOTNET_TieredPGO"] = "0" };

    /// <summary>Gets the SDK's program.</summary>
    public string Dotnet => Path.Combine(dotnetRoot, "dotnet");

    /// <summary>Runs a program that must succeed.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="environment">What to change of this process's variables.</param>
    /// <param name="line">The program and its arguments.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="ToolFailedException">It did not succeed.</exception>
    public Task<ToolResult> Require(
        string folder, IReadOnlyDictionary<string, string?> environment, IReadOnlyList<string> line, CancellationToken cancellation) =>
        _tool.Require(
            new ToolCommand(line[0], [.. line.Skip(1)]) { WorkingFolder = folder, Environment = environment, Timeout = Longest }, cancellation);
}
