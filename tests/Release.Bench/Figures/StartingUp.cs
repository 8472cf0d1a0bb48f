using Release.Bench.Results;

namespace Release.Bench.Figures;

/// <summary>From the command to the prompt, for a target that does nothing.</summary>
internal sealed class StartingUp : IFigure
{
    public string Name => "start";

    public async Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation)
    {
        var (commands, workspace) = (bench.Commands, await bench.Workspace(cancellation));
        var hello = await HelloWorld.Compile(commands, Path.Combine(bench.Folder, "hello"), cancellation);
        var program = Path.Combine(bench.Program, "_build");
        var (script, direct, floor) = (new List<double>(), new List<double>(), new List<double>());
        for (var sample = -1; sample < bench.Effort.Starts; sample++)
        {
            var times = new[]
            {
                (await commands.Require(workspace.Folder, commands.Direct, [hello], cancellation)).Took,
                (await commands.Require(workspace.Folder, commands.Direct, [program, "Nothing"], cancellation)).Took,
                (await workspace.Run(["Nothing"], cancellation)).Took,
            };

            // The first of each comes from the disk, the others from memory.
            if (sample >= 0)
            {
                floor.Add(times[0].TotalSeconds);
                direct.Add(times[1].TotalSeconds);
                script.Add(times[2].TotalSeconds);
            }
        }

        var least = new Floor("a hello-world program", new(floor));
        return
        [
            new(Name, "./build.sh with a target that does nothing")
            {
                Measured = new(script),
                Floor = least,
                Goal = new("median <= 0.15 s", r => r.Measured!.Median <= 0.15),
            },
            new(Name, "the compiled build without build.sh") { Measured = new(direct), Floor = least },
        ];
    }
}
