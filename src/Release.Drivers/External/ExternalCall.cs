namespace Release.Drivers.External;

/// <summary>What a member of a request or an answer may be.</summary>
internal enum ExternalKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number of 0 or more.</summary>
    Count,

    /// <summary>Host and port (<c>127.0.0.1:4711</c>).</summary>
    Address,

    /// <summary>An http or https address.</summary>
    Url,

    /// <summary>A date and time of RFC 3339.</summary>
    Time,

    /// <summary>An object of scalars or anything else: what the driver itself put there.</summary>
    Open,

    /// <summary>An object: address to weight; in a request null removes the address.</summary>
    Weights,

    /// <summary>A list of pairs of upper bound in seconds (the last one <c>"+Inf"</c>) and cumulative count.</summary>
    Buckets,

    /// <summary>A list of objects with <c>instance</c>, <c>version</c> and <c>digest</c>.</summary>
    Instances,

    /// <summary>A service: name, and as far as known health, version, metrics, image and port.</summary>
    Service,
}

/// <summary>A member.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Kind">What it may be.</param>
/// <param name="Meaning">One sentence for the schema.</param>
/// <param name="RequiredIn">Of an answer: the states that need it; empty for none. Of a request: not empty where it is always there.</param>
/// <param name="MayBeNull">Whether it may be null.</param>
internal sealed record ExternalMember(string Name, ExternalKind Kind, string Meaning, IReadOnlyList<string> RequiredIn, bool MayBeNull = false);

/// <summary>One call of the protocol: what is asked and what may be answered.</summary>
/// <param name="Port">What the program stands for: platform, router, metrics, probe or backup.</param>
/// <param name="Name">The call.</param>
/// <param name="Step">The kind of step that observe, apply and undo are about; null for other calls.</param>
/// <param name="Meaning">One sentence for the schema.</param>
/// <param name="Request">The members of the request, beside those of every request.</param>
/// <param name="States">What <c>state</c> may be in an answer, beside <c>failed</c>.</param>
/// <param name="Answer">The members of the answer, beside <c>state</c> and <c>detail</c>.</param>
internal sealed record ExternalCall(
    string Port,
    string Name,
    string? Step,
    string Meaning,
    IReadOnlyList<ExternalMember> Request,
    IReadOnlyList<string> States,
    IReadOnlyList<ExternalMember> Answer)
{
    /// <summary>The driver did what it was asked.</summary>
    public const string Done = "done";

    /// <summary>The driver answers no.</summary>
    public const string Failed = "failed";

    /// <summary>Gets the call for a person: <c>platform apply start</c>.</summary>
    public string Title => Step is null ? $"{Port} {Name}" : $"{Port} {Name} {Step}";
}
