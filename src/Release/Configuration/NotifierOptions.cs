using System.ComponentModel.DataAnnotations;
using Release.Notices;

namespace Release.Configuration;

/// <summary>Who is told. Each type of channel has its own options.</summary>
public abstract record NotifierOptions
{
    /// <summary>Gets its name, unique; the journal names it.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets the driver's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets what it is told; empty for everything.</summary>
    public IReadOnlyList<NoticeKind> On { get; init; } = [];

    /// <summary>Gets how long one delivery may take, the answer included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether it wants to hear of this.</summary>
    internal bool Wants(NoticeKind kind) => On.Count == 0 || On.Contains(kind);
}
