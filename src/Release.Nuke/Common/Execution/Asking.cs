using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Asks for the required values that nobody gave, one by one, until each fits; what is left empty stays missing.</summary>
internal sealed class Asking(IPrompt prompt, RunConsole console, CancellationToken interruption)
{
    private const int MostTries = 3;

    /// <summary>The words that were answered, by parameter. Throws <see cref="OperationCanceledException"/> when a signal came.</summary>
    public async Task<List<(BuildParameter Parameter, string[] Words)>> For(IEnumerable<Missing> missing, object build)
    {
        var answers = new List<(BuildParameter, string[])>();
        foreach (var parameter in missing.Select(static one => one.Parameter).OfType<BuildParameter>().DistinctBy(static one => one.Key))
        {
            if (await Answer(parameter, build) is { } words)
            {
                answers.Add((parameter, words));
            }
        }

        return answers;
    }

    private async Task<string[]?> Answer(BuildParameter parameter, object build)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var question = TextFilter.Clean(console.Mask(Question(parameter, build)));

            // On a thread of its own: reading a line cannot be cancelled, and Ctrl+C must end the run all the same.
            var answer = await Task.Run(() => prompt.Ask(question, parameter.IsSecret), CancellationToken.None).WaitAsync(interruption);
            if (string.IsNullOrWhiteSpace(answer))
            {
                return null;
            }

            var words = parameter.IsList ? answer.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [answer.Trim()];
            if (ParameterValues.ProblemOf(parameter, words, "answer") is not { } problem)
            {
                return words;
            }

            console.Line(problem, Shade.Error);
        }

        return null;
    }

    private static string Question(BuildParameter parameter, object build)
    {
        var values = parameter.PossibleValues(build).ToList();
        return $"{parameter.Flag}"
            + (parameter.Description is { Length: > 0 } text ? $" ({text.TrimEnd('.')})" : "")
            + (values.Count > 0 ? $" [{string.Join(", ", values)}]" : "")
            + (parameter.IsSecret ? ", not shown: " : ": ");
    }
}
