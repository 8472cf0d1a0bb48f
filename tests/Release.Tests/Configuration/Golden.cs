namespace Release.Tests.Configuration;

/// <summary>Files that a test compares with what is made now; <c>GOLDEN=overwrite</c> rewrites them, to be read in the diff.</summary>
internal static class Golden
{
    /// <summary>Gets the repository that these tests were compiled from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Compares with a file beside these tests.</summary>
    public static void Compare(string name, string text)
        => CompareFile(Path.Combine("tests", "Release.Tests", "Configuration", "Golden", name), text);

    /// <summary>Compares with a file of the repository.</summary>
    public static void CompareFile(string path, string text)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "overwrite")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        var there = File.Exists(file) ? File.ReadAllText(file) : "";
        text.ShouldBe(there, $"{path} is made by this test: run it with GOLDEN=overwrite and read the difference");
    }

    private static string FindRoot([System.Runtime.CompilerServices.CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Release.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run outside of the repository that they were compiled from.");
    }
}
