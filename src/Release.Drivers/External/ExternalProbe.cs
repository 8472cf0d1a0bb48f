using System.Text.Json.Nodes;
using Release.Probes;

namespace Release.Drivers.External;

/// <summary>Asks a driver's program for its verdict. One that does not answer could not look.</summary>
internal static class ExternalProbe
{
    /// <summary>Looks, for the factory of probes.</summary>
    public static async Task<ProbeResult> Look(ExternalProbeOptions options, ProbeContext probe, DriverContext context, CancellationToken cancellation)
    {
        var program = new ExternalProgram(options, "probe", context);
        var members = new JsonObject { ["id"] = options.Id };
        if (probe.BaseAddress is { } address)
        {
            members["address"] = address.ToString().TrimEnd('/');
        }

        var answer = await program.Ask("look", null, members, options.Timeout, cancellation);
        var verdict = Enum.Parse<ProbeVerdict>(answer.State, ignoreCase: true);
        return new(verdict, answer.Detail.Length == 0 ? $"{options.Id} is {answer.State}" : answer.Detail, answer.Text("next") ?? "");
    }
}
