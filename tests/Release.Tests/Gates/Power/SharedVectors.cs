using System.Text.Json.Nodes;

namespace Release.Tests.Gates.Power;

/// <summary>
/// Vectors that come from Kayenta, confseq and ssrm. They are read where they are, in <c>shared/gate-vectors</c> beside the
/// repository or above it, and are in no file of ours.
/// </summary>
internal static class SharedVectors
{
    public static string? Folder { get; } = Find();

    public static JsonObject Of(string file) => GateVectors.Parse(Path.Combine(Folder!, file));

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var vectors = Path.Combine(folder.FullName, "shared", "gate-vectors");
            if (Directory.Exists(vectors))
            {
                return vectors;
            }
        }

        return null;
    }
}

/// <summary>A test that reads vectors from elsewhere; skipped and named where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedVectorsFactAttribute : FactAttribute
{
    public SharedVectorsFactAttribute() => Skip = SharedVectors.Folder is null ? "needs ../shared/gate-vectors" : null;
}
