using Release.Bench.Machines;

namespace Release.Bench.Figures;

/// <summary>The least that a .NET program does: compiled here, with the settings of the build.</summary>
internal static class HelloWorld
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <InvariantGlobalization>true</InvariantGlobalization>
            <TieredPGO>false</TieredPGO>
            <EventSourceSupport>false</EventSourceSupport>
            <ConcurrentGarbageCollection>false</ConcurrentGarbageCollection>
          </PropertyGroup>
        </Project>
        """;

    // Whatever stands above would be taken in.
    private static readonly string[] Walls = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];

    /// <summary>Compiles it and returns its path.</summary>
    public static async Task<string> Compile(Commands commands, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        foreach (var wall in Walls)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, wall), "<Project />", cancellation);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "Hello.csproj"), Project, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """System.Console.WriteLine("hello");""", cancellation);
        var output = Path.Combine(folder, "out");
        await commands.Require(
            folder,
            commands.Direct,
            [commands.Dotnet, "build", "--configuration", "Release", "--nologo", "--output", output, "-nodeReuse:false", "-p:UseSharedCompilation=false"],
            cancellation);
        return Path.Combine(output, "Hello");
    }
}
