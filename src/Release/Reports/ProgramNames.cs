namespace Release.Reports;

/// <summary>How a journal's <c>program</c> is said to a person.</summary>
internal static class ProgramNames
{
    private const int Sha256Digits = 64;

    // Runs of the first versions recorded the id of a compiled module, which cannot be compared with a file's digest.
    private const int ModuleIdDigits = 32;

    /// <summary>What it is and how it is compared.</summary>
    public static string Of(string program) => program.Length switch
    {
        Sha256Digits => $"SHA-256 {program}",
        ModuleIdDigits => $"module {program} (recorded before programs had a digest)",
        0 => "not recorded",
        _ => program,
    };
}
