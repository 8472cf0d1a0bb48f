using Release.Tools;

namespace Release.Drivers;

/// <summary>What every driver gets.</summary>
/// <param name="Root">The repository's folder, absolute.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Tool">Starts programs.</param>
/// <param name="Time">The clock.</param>
/// <param name="Report">Takes one line of progress; never waits and never throws.</param>
public sealed record DriverContext(string Root, string Environment, Tool Tool, TimeProvider Time, Action<string> Report)
{
    /// <summary>Gets the program of the embedded gateway: a <c>.dll</c> or an executable. By default beside this program, or it itself.</summary>
    public string GatewayProgram { get; init; } = OwnProgram.IsPacked
        ? System.Environment.ProcessPath!
        : Path.Combine(AppContext.BaseDirectory, "gateway", "Release.Gateway.dll");

    /// <summary>Gets the arguments that come before the gateway's own: the packed program is the gateway in another role.</summary>
    public IReadOnlyList<string> GatewayArguments { get; init; } = OwnProgram.IsPacked ? [OwnProgram.GatewayRole] : [];

    /// <summary>Gets the environment's services: a look at an instance needs to know where its service listens.</summary>
    public IReadOnlyList<Configuration.ServiceOptions> Services { get; init; } = [];

    /// <summary>Gets what gives text of the configuration the values of its <c>${…}</c>, when it is used.</summary>
    public Func<string, string> Resolve { get; init; } = text => text;

    /// <summary>Gets the platform's section of the configuration, for checks that look at the same place; null for none.</summary>
    public Configuration.PlatformOptions? Platform { get; init; }

    /// <summary>Gets the backups of the configuration, for checks of them.</summary>
    public IReadOnlyList<Configuration.BackupOptions> Backups { get; init; } = [];

    /// <summary>Gets what tells the names of the backups that the open run and the last promoted one took: those are never removed.</summary>
    public Func<CancellationToken, Task<IReadOnlyCollection<string>>> BackupsInUse { get; init; } = _ => Task.FromResult<IReadOnlyCollection<string>>([]);

    /// <summary>Gets the folder of everything that belongs to the environment and may not be lost while something runs in it.</summary>
    public string State => Path.Combine(Root, ".release", Environment);

    /// <summary>Gets the folder of what environments share and what can be made again.</summary>
    public string Cache => Path.Combine(Root, ".release", "build");
}
