using Release;
using Release.Components;
using Release.Gateway;

/// <summary>
/// The packed program: the graph of <c>build/Build.cs</c> without the project's own targets. Without a target it looks and
/// changes nothing.
/// </summary>
internal sealed partial class Build
{
    // The runtime takes its randomness from here, for every id that it makes, and fails in odd places without it.
    private const string Randomness = "/dev/urandom";

    public static int Main(string[] args) => args switch
    {
        _ when OperatingSystem.IsLinux() && !File.Exists(Randomness) => Refuse(
            $"There is no {Randomness} in this root, and no program of .NET runs without it. Nothing was touched. Mount /dev (or touch the file and bind /dev/urandom to it) and run this again."),
        [OwnProgram.GatewayRole, .. var gateway] => Serve(gateway),
        _ => ReleaseCommand.Run(() => Execute<Build>(x => ((ILook)x).Status)),
    };

#pragma warning disable RS0030 // The program is where the clock and new ids come from.
#pragma warning disable VSTHRD002 // NUKE's Main is synchronous, and nothing else runs yet.
    private static int Serve(IReadOnlyList<string> arguments) =>
        GatewayHost.Run(arguments, Console.Out, Console.Error, TimeProvider.System, Guid.NewGuid).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
#pragma warning restore RS0030

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 2;
    }
}
