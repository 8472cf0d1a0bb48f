using System.Text;
using System.Text.RegularExpressions;
using Release.Configuration;
using Release.Drivers;

namespace Release.Tests.Configuration;

/// <summary>
/// A person reads <c>Golden/wrong-configurations.txt</c>: each wrong file beside what is said about it. Rewritten with
/// <c>GOLDEN=overwrite</c>.
/// </summary>
public sealed partial class WrongFiles
{
    [Fact]
    public void Each_gets_the_message_in_the_golden_file()
    {
        var told = new StringBuilder("Each case changes environments/local.json, or replaces it; below it stands what the program says.\n");
        foreach (var wrong in WrongFile.All)
        {
            told.Append(System.FormattableString.Invariant($"\n## {wrong.Name}\n{wrong.Change}\n"));
            foreach (var line in Message(wrong).Split(Environment.NewLine))
            {
                told.Append("  ").Append(line).Append('\n');
            }
        }

        Golden.Compare("wrong-configurations.txt", told.ToString());
    }

    [Fact]
    public void Each_names_the_file_the_place_and_what_to_do()
    {
        foreach (var wrong in WrongFile.All)
        {
            foreach (var line in Message(wrong).Split(Environment.NewLine))
            {
                line.ShouldMatch(@"\Aenvironments/local\.json(:\d+:\d+)?  \S|\A… and \d+ more", wrong.Name);
                Advice().IsMatch(line).ShouldBeTrue($"{wrong.Name}: {line}");
                line.ShouldNotContain("   at ", Case.Sensitive, wrong.Name);
                line.ShouldNotContain("hunter2", Case.Sensitive, "a secret in the file must not get onto the screen");
                line.Where(char.IsControl).ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public void There_are_enough_of_them() => WrongFile.All.Count.ShouldBeGreaterThan(60);

    private static string Message(WrongFile wrong) => Should.Throw<ConfigurationException>(
        () => EnvironmentFile.Parse(wrong.Text, SampleEnvironment.File, DriverTypes.All), wrong.Name).Message;

    // What was expected, what to write instead, or what to do.
    [GeneratedRegex("expected|Did you mean|Known:|remove|write|mend|make|save|add|There are|give", RegexOptions.IgnoreCase)]
    private static partial Regex Advice();
}
