using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Probes;

/// <summary>Many calls of several kinds at a steady rate, of which all, or all but a few, must be answered as expected.</summary>
public sealed record MixedProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets how many calls are made.</summary>
    [Range(1, 10_000)]
    public int Calls { get; init; } = 100;

    /// <summary>Gets the calls a second.</summary>
    [Range(1, 1_000)]
    public int Rate { get; init; } = 20;

    /// <summary>Gets how many may fail.</summary>
    [Range(0, 10_000)]
    public int MayFail { get; init; }

    /// <summary>Gets the kinds of calls.</summary>
    [MinLength(1)]
    public required IReadOnlyList<MixedCallOptions> Kinds { get; init; }

    /// <summary>
    /// Gets what in an answer says which variant gave it: a path of its JSON (<c>$.version</c>), or <c>header:</c> and a name
    /// (<c>header:X-Version</c>). Null where nothing does.
    /// </summary>
    [RegularExpression(@"\$.*|header:[A-Za-z0-9-]{1,100}", ErrorMessage = "a path such as \"$.version\", or \"header:X-Version\"")]
    public string? Variant { get; init; }

    /// <summary>Gets how many different variants must have answered: 2 where a candidate has a share that promises it.</summary>
    [Range(1, 100)]
    public int LeastVariants { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (MayFail >= Calls)
        {
            yield return new("mayFail", $"expected less than calls ({Calls}), found {MayFail}: nothing could fail this probe", "calls");
        }

        if (Variant is null && LeastVariants > 1)
        {
            yield return new("variant", "missing: expected what in an answer says which variant gave it, such as \"$.version\"", "leastVariants");
        }

        if (Variant?.StartsWith('$') == true && !JsonPath.IsValid(Variant))
        {
            yield return new("variant", $"expected a path such as \"$.version\", found {OptionText.Found(Variant)}");
        }

        if (TimeSpan.FromSeconds((double)Calls / Rate) >= Timeout)
        {
            yield return new("timeout", $"{Calls} calls at {Rate} a second take {Calls / Rate} s and more: expected a longer timeout, found {ValueText.Of(Timeout)}", "calls", "rate");
        }

        for (var i = 0; i < Kinds.Count; i++)
        {
            foreach (var (member, message) in Kinds[i]?.Wrong() ?? [])
            {
                yield return new($"kinds[{i}].{member}", message);
            }
        }
    }
}

/// <summary>One kind of call.</summary>
public sealed record MixedCallOptions : CallOptions
{
    /// <summary>Gets how often it is made, relative to the others.</summary>
    [Range(1, 1_000)]
    public int Weight { get; init; } = 1;

    /// <summary>Gets the path below the address of what is looked at (the candidate, the gateway), or a whole address.</summary>
    [MayHoldPlaceholders]
    public required string Path { get; init; }

    /// <inheritdoc/>
    internal override IEnumerable<(string Member, string Message)> Wrong()
    {
        if (Path is { } path && !path.StartsWith('/') && !CallRules.IsAddress(path))
        {
            yield return ("path", $"expected a path such as \"/health\", or a whole address, found {JsonText.Quoted(path)}");
        }

        foreach (var wrong in base.Wrong())
        {
            yield return wrong;
        }
    }
}
