using System.ComponentModel;
using System.Diagnostics;

namespace Release.Tests.Configuration.Reference;

/// <summary>A test that asks a JSON schema validator of its own kind: Python's jsonschema. Skipped and named where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ValidatorFactAttribute : FactAttribute
{
    public ValidatorFactAttribute()
    {
        if (!IsThere())
        {
            Skip = "needs python3 with jsonschema (Debian: python3-jsonschema)";
        }
    }

    private static bool IsThere()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", "import jsonschema"]) { RedirectStandardError = true })!;
            python.StandardError.ReadToEnd();
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
