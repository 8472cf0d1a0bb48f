using Nuke.Common;
using Nuke.Common.IO;
using Nuke.Common.Tooling;
using Release.Components;
using Serilog;

/// <summary>
/// A build that was there before: it compiles and packages a product. Each interface adds one phase of a release; they find
/// each other and need no line here. Only what is different is written down.
/// </summary>
sealed class Build : NukeBuild, IPreChecks, IBackup, ITag, ICanary, IMetricsGate, IPromote, IVerify, IHandover, IRollback, ILook, IReport, ISupport
{
    public static int Main() => ReleaseCommand.End(Execute<Build>(x => x.Package));

    [Parameter("Configuration to compile: Debug or Release. Default is Release.")]
    string Configuration { get; } = "Release";

    static AbsolutePath Product => RootDirectory.Parent / "shop" / "shop.csproj";

    static AbsolutePath PackageFolder => RootDirectory / "artifacts" / "package";

    public Target Compile => _ => _
        .Description("Compile the product")
        .Executes(() => Dotnet($"build {Product} --configuration {Configuration} --nologo --verbosity quiet"));

    public Target Package => _ => _
        .Description("Publish the product into artifacts/package")
        .DependsOn(Compile)
        .Executes(() => Dotnet($"publish {Product} --configuration {Configuration} --no-build --nologo --verbosity quiet --output {PackageFolder}"));

    // The override: what is released is what this build packaged, so the first phase comes after it.
    public Target PreChecks => _ => _
        .Inherit<IPreChecks>(x => x.PreChecks)
        .DependsOn(Package);

    // The build's own work after a release: it hangs on a phase as on any other target.
    public Target Announce => _ => _
        .Description("Tell the team")
        .TriggeredBy<IHandover>(x => x.Handover)
        .Executes(() => Log.Information("{Environment:l} was released: tell the team here", ((IRelease)this).Env));

    static void Dotnet(ArgumentStringHandler arguments) =>
        ProcessTasks.StartProcess("dotnet", arguments.ToStringAndClear(), RootDirectory).AssertZeroExitCode();
}
