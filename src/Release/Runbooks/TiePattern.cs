using System.IO.Enumeration;

namespace Release.Runbooks;

/// <summary>A name in which <c>*</c> stands for anything. Nothing else in it is special.</summary>
internal static class TiePattern
{
    public const string Form = "[A-Za-z0-9*][A-Za-z0-9._*-]{0,120}";

    public const string Example = "a name such as \"start-candidate-*\"";

    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
