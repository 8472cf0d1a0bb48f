using System.Text.RegularExpressions;
using Release.Drivers.Docker;
using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Compose;

/// <summary>Compose, where it must act itself: the plugin of <c>docker</c> (v2) if it is there, else <c>docker-compose</c> (v1).</summary>
internal sealed partial class ComposeTool(ComposePlatformOptions options, DriverContext context, DockerHost host, OverridePlace overrides)
{
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);
    private (string Program, IReadOnlyList<string> First)? _found;

    /// <summary>Lets compose bring a service to what its files say, as many containers as there are.</summary>
    /// <exception cref="ReleaseException">There is no compose, or it failed; its last words are in the message.</exception>
    public Task Up(string service, int scale, CancellationToken cancellation) =>
        Run($"recreate {service}", scale, stack => ComposeCommands.Up(stack, service, scale, options.StopTimeout), cancellation);

    /// <summary>Lets compose run so many containers of a service; those that stay are not touched.</summary>
    /// <exception cref="ReleaseException">As of <see cref="Up"/>.</exception>
    public Task Scale(string service, int scale, CancellationToken cancellation) =>
        Run($"scale {service}", scale, stack => ComposeCommands.Scale(stack, service, scale, options.StopTimeout), cancellation);

    private async Task Run(string what, int scale, Func<IReadOnlyList<string>, IReadOnlyList<string>> arguments, CancellationToken cancellation)
    {
        var (program, first) = await Find(cancellation);
        var stack = ComposeCommands.Stack(options.Project, overrides.Folder, overrides.Files);
        try
        {
            _ = await context.Tool.Require(
                Command(program, [.. first, .. arguments(stack)], options.StopTimeout * Math.Max(1, scale) + Slack), cancellation);
        }
        catch (Exception failed) when (failed is ToolFailedException or ToolTimeoutException)
        {
            throw new ReleaseException(ExitStatus.Failed, $"Compose could not {what}: {failed.Message}");
        }
    }

    private ToolCommand Command(string program, IReadOnlyList<string> arguments, TimeSpan timeout) => new(program, arguments)
    {
        WorkingFolder = overrides.Folder,
        Environment = Variables(host, context.Root, options.Certificates),
        Timeout = timeout,
    };

    internal static IReadOnlyDictionary<string, string?> Variables(DockerHost host, string root, string? certificates) => new Dictionary<string, string?>
    {
        ["DOCKER_HOST"] = host.Text,
        ["DOCKER_CONTEXT"] = null,
        ["DOCKER_TLS_VERIFY"] = host.Tls is null ? null : "1",
        ["DOCKER_CERT_PATH"] = certificates is null ? null : Path.GetFullPath(certificates, root),
    };

    private async Task<(string Program, IReadOnlyList<string> First)> Find(CancellationToken cancellation)
    {
        if (_found is { } known)
        {
            return known;
        }

        foreach (var (program, first) in new (string, IReadOnlyList<string>)[] { ("docker", ["compose"]), ("docker-compose", []) })
        {
            try
            {
                var answer = await context.Tool.Run(Command(program, [.. first, .. ComposeCommands.Version()], TimeSpan.FromSeconds(20)), cancellation);
                if (answer.Succeeded && IsVersion().IsMatch(answer.StandardOutput.Trim()))
                {
                    _found = (program, first);
                    return (program, first);
                }
            }
            catch (ToolMissingException)
            {
                // The other one may be there.
            }
        }

        throw new ReleaseException(
            ExitStatus.Failed,
            "Neither `docker compose` nor `docker-compose` is on this machine, and only compose can recreate its own service.",
            "Install one of them and run the command again; what serves goes on serving meanwhile.");
    }

    [GeneratedRegex(@"\Av?\d+\.\d+")]
    private static partial Regex IsVersion();
}
