namespace Nuke.Common.Execution;

public class Terminal : Host
{
    public Terminal()
    {
    }

    public static bool IsRunningTerminal => NukeBuild.Host is null or Terminal;
}
