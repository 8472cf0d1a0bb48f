namespace Release.Platforms;

/// <summary>A commit of the repository.</summary>
/// <param name="Id">Its hash.</param>
/// <param name="Author">Who wrote it: a name, as that person chose it.</param>
/// <param name="Subject">The first line of its message, as it is.</param>
public sealed record Commit(string Id, string Author, string Subject)
{
    /// <summary>Gets the kind that its subject begins with by convention (<c>fix</c> of <c>fix(cart): …</c>); empty where it begins otherwise.</summary>
    public string Kind
    {
        get
        {
            var colon = Subject.IndexOf(": ", StringComparison.Ordinal);
            var kind = colon is > 0 and < 60 ? new string([.. Subject[..colon].TakeWhile(char.IsAsciiLetter)]).ToLowerInvariant() : "";
            return kind.Length > 0 && Subject[kind.Length..colon].Trim('!') is "" or ['(', .., ')'] ? kind : "";
        }
    }
}
