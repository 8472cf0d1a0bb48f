namespace Nuke.Common.Execution;

/// <summary>Somebody who can be asked for a value.</summary>
internal interface IPrompt
{
    /// <summary>What was answered; null where there will be no answer. It may block for as long as the person thinks.</summary>
    /// <param name="question">One line, without an end.</param>
    /// <param name="isSecret">Whether the answer must not be seen.</param>
    string? Ask(string question, bool isSecret);
}

/// <summary>The person at this process's terminal. Questions go to standard error: standard output is for results.</summary>
internal sealed class TerminalPrompt(TextWriter questions) : IPrompt
{
    /// <summary>Null where there is no terminal to read from and to ask at.</summary>
    public static TerminalPrompt? Find() => Console.IsInputRedirected || Console.IsErrorRedirected ? null : new TerminalPrompt(Console.Error);

    public string? Ask(string question, bool isSecret)
    {
        questions.Write(question);
        questions.Flush();
        if (!isSecret)
        {
            return Console.In.ReadLine();
        }

        var answer = ReadUnseen();
        questions.WriteLine();
        return answer;
    }

    private static string? ReadUnseen()
    {
        var answer = new System.Text.StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                return answer.ToString();
            }

            if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && answer.Length == 0)
            {
                return null; // As everywhere: the end of the input.
            }

            answer.Length -= key.Key == ConsoleKey.Backspace && answer.Length > 0 ? 1 : 0;
            _ = char.IsControl(key.KeyChar) ? answer : answer.Append(key.KeyChar);
        }
    }
}
