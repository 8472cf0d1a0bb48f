using System.Text;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Release.Acceptance.Wrong;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>
/// Every row of <c>Wrong/command-lines.txt</c> is typed into a shell beside an environment that serves: it gets exactly its
/// message, which names the next step, and nothing whatever is touched. <c>GOLDEN=overwrite</c> writes the answers anew.
/// </summary>
[Collection(TheClone.Crashes)]
public sealed class TypingSomethingWrong(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly string[] NextSteps = ["./build.sh", "--help", "mend this", "Leave", "Name ", "Or make it", "Give ", "Run ", "expected ", "Faults are ", "If this disk"];

    [ReleaseFact]
    public async Task Gets_its_message_and_touches_nothing() => await Given().A_running_v1()
        .When().Somebody_notes_down_how_everything_is().Something_else("Every row is typed", TypeEveryRow)
        .Then().Everything_is_as_noted();

    private static async Task TypeEveryRow(World world)
    {
        var file = Path.Combine(Table(), "command-lines.txt");
        var lines = await File.ReadAllLinesAsync(file);
        var rows = WrongLine.Read(lines);
        rows.Count.ShouldBeGreaterThanOrEqualTo(60);
        var answers = new List<WrongLine>();
        foreach (var row in rows)
        {
            var ended = await Type(world, row.Command);
            answers.Add(row with { Answer = $"{ended.Output.Replace(world.Root.Folder, "<root>", StringComparison.Ordinal).TrimEnd()}\nexit {ended.ExitCode}" });
        }

        if (Environment.GetEnvironmentVariable("GOLDEN") == "overwrite")
        {
            await File.WriteAllTextAsync(file, Written(lines, answers));
        }

        foreach (var answer in answers)
        {
            answer.Answer.ShouldEndWith("exit 2", Case.Sensitive, answer.ToString());
            answer.Answer.ShouldNotContain("   at ", Case.Sensitive, answer.ToString());
            answer.Answer.Any(c => char.IsControl(c) && c != '\n').ShouldBeFalse(answer.ToString());
            NextSteps.Any(s => answer.Answer.Contains(s, StringComparison.Ordinal)).ShouldBeTrue($"No next step: {answer}");
        }

        string.Join('\n', answers).ShouldBe(string.Join('\n', rows));
    }

    // As a person types it: what the shell does with quotes and variables belongs to it.
    private static async Task<Ended> Type(World world, string line)
    {
        world.Root.Variables["PROGRAM"] = world.Clone.Program;
        using var command = world.Root.Start("bash", ["-c", "exec 2>&1; " + line.Replace("./build.sh", "\"$PROGRAM\"", StringComparison.Ordinal)]);
        return await command.End();
    }

    private static string Written(string[] lines, List<WrongLine> answers)
    {
        var (text, next) = (new StringBuilder(), 0);
        foreach (var line in lines)
        {
            if (line.StartsWith('#'))
            {
                text.Append(line).Append('\n');
            }
            else if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                text.Append(answers[next++]).Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Table()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "build.sh")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in the repository.");
        }

        return Path.Combine(folder.FullName, "tests", "Release.Acceptance", "Wrong");
    }
}
