using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Release.Components.Terminal;
using Release.Runs;

namespace Release.Components;

/// <summary>What a target found: lines for a person, or with <c>--json</c> a part of the one document, under the target's name.</summary>
internal static class Printed
{
    /// <summary>Prints it.</summary>
    public static void To(IRelease build, ReleaseEnvironment environment, JsonObject document, IReadOnlyList<string> lines, [CallerMemberName] string target = "")
    {
        if (build.Json)
        {
            Documents.Add(target, document);
        }
        else
        {
            ConsoleScreen.Plain(environment, lines);
        }
    }
}
