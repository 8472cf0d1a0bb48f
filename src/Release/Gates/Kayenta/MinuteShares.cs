using System.Collections.Immutable;

namespace Release.Gates.Kayenta;

/// <summary>Counts per tick as one share a minute, which is what Kayenta's judge reads.</summary>
public static class MinuteShares
{
    /// <summary>Events divided by requests, minute by minute; NaN for a minute without requests. An incomplete last minute is left out.</summary>
    /// <param name="ticks">Requests and the events among them, tick by tick.</param>
    /// <param name="tick">The length of a tick.</param>
    public static ImmutableArray<double> Of(IEnumerable<(double Requests, double Events)> ticks, TimeSpan tick)
    {
        var shares = ImmutableArray.CreateBuilder<double>();
        var (requests, events, number, minute) = (0.0, 0.0, 0, 1);
        foreach (var counts in ticks)
        {
            number++;
            requests += counts.Requests;
            events += counts.Events;

            // The tick that ends a minute may end a little later than it.
            if (number * tick >= TimeSpan.FromMinutes(minute))
            {
                shares.Add(events / requests);
                (requests, events) = (0, 0);
                minute = (int)Math.Floor(number * tick / TimeSpan.FromMinutes(1)) + 1;
            }
        }

        return shares.ToImmutable();
    }
}
