namespace Release.Platforms;

/// <summary>Something about a router that would keep a candidate from its share, or its failures from being seen.</summary>
/// <param name="Blocks">Whether a release could not work at all; otherwise it is only said.</param>
/// <param name="Sentence">What it is, with the names that the router uses, and what to change. Filtered text.</param>
public sealed record RouterDoubt(bool Blocks, string Sentence);
