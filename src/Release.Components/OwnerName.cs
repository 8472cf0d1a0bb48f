using Release.Output;

namespace Release.Components;

/// <summary>Who runs a command: <c>ana@laptop</c>.</summary>
internal static class OwnerName
{
    /// <summary>Gets it, also where the machine has no list of users: a bare root, a container with a number for a user.</summary>
    public static string Current => TerminalText.Line($"{User()}@{System.Environment.MachineName}");

    private static string User()
    {
        try
        {
            if (System.Environment.UserName is { Length: > 0 } name)
            {
                return name;
            }
        }
        catch (IOException)
        {
            // There is no /etc/passwd.
        }

        return System.Environment.GetEnvironmentVariable("USER") is { Length: > 0 } user ? user : System.Environment.IsPrivilegedProcess ? "root" : "somebody";
    }
}
