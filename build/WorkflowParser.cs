using Release.Output;
using Release.Tools;
using Serilog;

/// <summary>GitHub's own parser of workflow files, for one test; the pinned version of an npm package, no script of it is run.</summary>
static class WorkflowParser
{
    private const string Package = "@actions/workflow-parser@0.3.61";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
#pragma warning disable RS0030 // a program names the clock that all the others take
    private static readonly TimeProvider Clock = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Installs it below <c>artifacts</c>, unless it is there. Without npm or a registry the test that wants it is skipped.</summary>
    public static async Task Install(string root)
    {
        var folder = Path.Combine(root, "artifacts", "tools", "workflow-parser");
        if (Directory.Exists(Path.Combine(folder, "node_modules", "@actions", "workflow-parser")))
        {
            return;
        }

        _ = Directory.CreateDirectory(folder);
        var command = new ToolCommand("npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", Package)
        {
            WorkingFolder = root,
            Timeout = Longest,
        };
        try
        {
            var result = await new Tool(Clock, new SecretMask()).Run(command, CancellationToken.None);
            Log.Information("{Package:l} {Outcome:l}", Package, result.Succeeded ? "is installed" : "could not be installed: its test will be skipped");
        }
        catch (ToolException error)
        {
            Log.Information("{Package:l} could not be installed, so its test will be skipped: {Reason:l}", Package, error.Message);
        }
    }
}
