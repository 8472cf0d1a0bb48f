using System.Net;
using System.Net.Sockets;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A name resolves.</summary>
public sealed record DnsProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets the name.</summary>
    [MayHoldPlaceholders]
    public required string Name { get; init; }

    /// <summary>Gets the addresses that it must resolve to, exactly and in any order; empty for any.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
        => Addresses.Select((address, i) => (address, i)).Where(item => !IPAddress.TryParse(item.address, out _))
            .Select(item => new OptionProblem($"addresses[{item.i}]", $"expected an IP address, found {JsonText.Quoted(item.address)}"));
}

/// <summary>Asks the system's resolver. A name that does not exist is an answer; a resolver that does not answer is none.</summary>
internal static class DnsProbe
{
    public static async Task<ProbeResult> Look(DnsProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var name = context.Placeholders.Show(options.Name);
        var asked = context.Placeholders.Resolve(options.Name);
        if (string.IsNullOrWhiteSpace(asked))
        {
            // The resolver would answer with the addresses of this machine.
            return new(ProbeVerdict.Unavailable, $"{name} is empty: there is no name to resolve", "Correct the name.");
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(asked, cancellation);
            var found = addresses.Select(address => address.ToString()).Order(StringComparer.Ordinal).ToList();
            var expected = options.Addresses.Select(address => IPAddress.Parse(address).ToString()).Order(StringComparer.Ordinal).ToList();
            return found.Count > 0 && (expected.Count == 0 || found.SequenceEqual(expected))
                ? new(ProbeVerdict.Pass, $"{name} is {string.Join(", ", found)}")
                : new(
                    ProbeVerdict.Fail,
                    $"{name} is {string.Join(", ", found.DefaultIfEmpty("nothing"))}: expected {string.Join(", ", expected.DefaultIfEmpty("an address"))}",
                    "Correct the record, or what the probe expects.");
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return new(ProbeVerdict.Fail, $"{name} does not exist", "Make the record, or correct the name.");
        }
        catch (SocketException problem)
        {
            return new(ProbeVerdict.Unavailable, $"the resolver did not answer for {name}: {problem.Message}");
        }
    }
}
