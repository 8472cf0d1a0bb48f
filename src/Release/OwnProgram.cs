using System.Text;

namespace Release;

/// <summary>The program that runs: compiled by <c>build.sh</c>, or packed into one file.</summary>
public static class OwnProgram
{
    /// <summary>The first argument with which the packed program is the embedded gateway.</summary>
    public const string GatewayRole = "gateway-process";

    private static Task<string>? Digesting;

    /// <summary>Gets a value indicating whether it is one file, that may be anywhere, with or without a clone around it.</summary>
#pragma warning disable IL3000 // Empty in a single-file program, which is what is asked here.
    public static bool IsPacked { get; } = typeof(OwnProgram).Assembly.Location.Length == 0;
#pragma warning restore IL3000

    /// <summary>Gets how a person calls it here: <c>./build.sh</c>, or the packed file with the root it was given.</summary>
    public static string Command { get; } = IsPacked
        ? CommandOf(Environment.ProcessPath ?? "release", Environment.CurrentDirectory, Environment.GetCommandLineArgs()[1..])
        : "./build.sh";

    /// <summary>
    /// Its digest, 64 lower-case hexadecimal digits: of the packed file, as <c>sha256sum</c> says it; of a compiled build
    /// over the lines that <c>sha256sum *.dll</c> prints in its folder. Computed once, aside: who needs it soon asks early.
    /// </summary>
    public static Task<string> Digest() => Digesting ??= Task.Run(Compute);

    /// <summary>The command line that starts a packed program again.</summary>
    internal static string CommandOf(string program, string folder, IReadOnlyList<string> arguments)
    {
        var shown = Path.GetDirectoryName(program) == folder ? "./" + Path.GetFileName(program) : program;
        var at = arguments.ToList().FindLastIndex(a => a.Split('=')[0].Equals("--root", StringComparison.OrdinalIgnoreCase));
        var root = at < 0 ? null
            : arguments[at].Contains('=', StringComparison.Ordinal) ? arguments[at].Split('=', 2)[1]
            : at + 1 < arguments.Count ? arguments[at + 1] : null;
        return Quoted(shown) + (root is null ? "" : $" --root {Quoted(root)}");
    }

    /// <summary>The digest of a folder's assemblies: what <c>sha256sum *.dll | sha256sum</c> says in it, sorted by byte.</summary>
    internal static async Task<string> DigestOf(string folder)
    {
        var lines = new StringBuilder();
        foreach (var file in Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            _ = lines.Append(await DigestOfFile(file)).Append("  ").Append(Path.GetFileName(file)).Append('\n');
        }

        return Sha256.HexOf(Encoding.UTF8.GetBytes(lines.ToString()));
    }

    // What cannot be read, on a machine in whatever state, must not keep a rollback from running.
    private static async Task<string> Compute()
    {
        try
        {
            return IsPacked ? await DigestOfFile(Environment.ProcessPath!) : await DigestOf(AppContext.BaseDirectory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    private static async Task<string> DigestOfFile(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return await RunningSha256.HexOf(file, CancellationToken.None);
    }

    private static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:@%,".Contains(c, StringComparison.Ordinal)) && word.Length > 0
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
