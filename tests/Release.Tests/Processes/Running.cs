namespace Release.Tests.Processes;

/// <summary>Whether processes that others started run.</summary>
internal static class Running
{
    /// <summary>One that has ended and that nobody has fetched yet does not.</summary>
    public static bool Is(string process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
