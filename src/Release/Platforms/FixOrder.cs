using Release.Runs;

namespace Release.Platforms;

/// <summary>What a person may order of a service that serves. In the journal kebab-case: add, never rename.</summary>
public enum FixKind
{
    /// <summary>It is started anew, in the same version.</summary>
    RestartService,

    /// <summary>It runs in another number of copies, of the same version.</summary>
    ScaleService,
}

/// <summary>A change to a service that serves, ordered by a person.</summary>
/// <param name="Kind">What.</param>
/// <param name="Service">Of which service.</param>
/// <param name="Copies">In how many copies it is to run; null for a restart.</param>
/// <param name="Mark">What the platform saw before anything was changed: <see cref="IPlatform.Examine"/>; empty for nothing.</param>
public sealed record FixOrder(FixKind Kind, string Service, int? Copies, string Mark = "")
{
    /// <summary>Gets it as a person writes it (<c>scale-service=ping:2</c>).</summary>
    public string Text => $"{Words.Of(Kind)}={Service}{(Copies is { } copies ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $":{copies}") : "")}";
}

/// <summary>How a service is brought to another number of copies. Before <see cref="Step"/> all traffic is given to <see cref="Stays"/>, after it to every copy.</summary>
/// <param name="Step">Starts or stops copies, and waits until those that are there are healthy.</param>
/// <param name="Stays">Names the copies that run before and after: <see cref="IPlatform.Look"/> knows it as it knows an instance's id.</param>
public sealed record Scaling(IStep Step, string Stays);
