using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Output;
using Release.Tools;

namespace Release.Drivers.External;

/// <summary>
/// Asks a driver's program: one process for each call, one request on its standard input, one answer on its standard
/// output. Exit code 0 means that it answered, also when the answer is no; anything else that it did not, and then nothing
/// is known. May be used from any thread; calls run beside each other.
/// </summary>
/// <param name="options">What to start.</param>
/// <param name="port">What it stands for.</param>
/// <param name="context">The surroundings.</param>
internal sealed class ExternalProgram(IExternalOptions options, string port, DriverContext context)
{
    private const int LargestAnswer = 1024 * 1024;
    private const int LongestLine = 500;
    private const int MostLines = 100;

    /// <summary>Gets how long a look may take.</summary>
    public TimeSpan Timeout => options.Timeout;

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time => context.Time;

    /// <summary>Tells a person something about the driver.</summary>
    public void Report(string line) => context.Report(line);

    /// <summary>Asks.</summary>
    /// <param name="name">The call.</param>
    /// <param name="step">The kind of step; null for other calls.</param>
    /// <param name="members">What the request has besides.</param>
    /// <param name="timeout">How long it may take. Then it is killed with everything that it started.</param>
    /// <param name="cancellation">Kills it as well.</param>
    /// <exception cref="ExternalSilentException">It did not answer.</exception>
    /// <exception cref="ExternalRefusedException">It answered no.</exception>
    public async Task<ExternalAnswer> Ask(string name, string? step, JsonObject members, TimeSpan timeout, CancellationToken cancellation)
    {
        var call = ExternalProtocol.Of(port, name, step);
        var result = await Run(call, ExternalRequest.Of(call, context.Environment, timeout, members), timeout, cancellation);
        if (!result.Succeeded)
        {
            throw Silent(call, $"it exited with {result.ExitCode} (0 says that it answered).{Words(result)}");
        }

        var (answer, problem) = result.OutputCut
            ? (null, $"expected one JSON document on standard output, found more than {LargestAnswer / 1024 / 1024} MiB")
            : ExternalAnswer.Read(call, result.StandardOutput);
        if (answer is null)
        {
            throw Silent(call, $"{problem}{(problem.EndsWith('?') || problem.EndsWith('.') ? "" : ".")}{(result.StandardError.Length > 0 ? Words(result) : "")}");
        }

        return answer.State == ExternalCall.Failed
            ? throw new ExternalRefusedException($"{Title(call)} failed: {(answer.Detail.Length == 0 ? "it does not say why (put a sentence into \"detail\")" : Shown(answer.Detail))}")
            : answer;
    }

    /// <summary>The program's words as a person and the journal may have them.</summary>
    public string Shown(string text)
    {
        var line = context.Tool.ShownLine(text);
        return line.Length <= LongestLine ? line : line[..LongestLine] + "…";
    }

    /// <summary>What a program wants to be given back, without secrets: it is recorded.</summary>
    public JsonObject Shown(JsonObject seen) => (JsonObject)Clean(seen)!;

    private async Task<ToolResult> Run(ExternalCall call, ExternalRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            return await context.Tool.Run(Command(call, request, timeout), cancellation);
        }
        catch (ToolTimeoutException late)
        {
            throw Silent(call, $"it did not end within {ValueText.Of(timeout)} and was killed with what it had started.{Words(late.Result)}", late);
        }
        catch (Exception problem) when (problem is ToolException or PlaceholderException or ArgumentException)
        {
            throw Silent(call, problem.Message, problem);
        }
    }

    private ToolCommand Command(ExternalCall call, ExternalRequest request, TimeSpan timeout)
    {
        var variables = new Dictionary<string, string?>(request.Variables());
        foreach (var (name, value) in options.Env)
        {
            variables[name] = context.Resolve(value);
        }

        var told = 0;
        return new ToolCommand(options.Program, [.. options.Args.Select(context.Resolve)])
        {
            WorkingFolder = context.Root,
            Environment = variables,
            Timeout = timeout,
            Input = request.Json.ToJsonString() + "\n",
            Keep = LargestAnswer,
            OnErrorLine = line =>
            {
                if (++told <= MostLines)
                {
                    context.Report($"  {call.Title}: {Shown(line)}");
                }
                else if (told == MostLines + 1)
                {
                    context.Report($"  {call.Title}: says more than {MostLines} lines; the rest is not shown");
                }
            },
        };
    }

    private JsonNode? Clean(JsonNode? node) => node switch
    {
        null => null,
        JsonObject json => new JsonObject(json.Select(pair => KeyValuePair.Create(context.Tool.ShownLine(pair.Key), Clean(pair.Value))).DistinctBy(pair => pair.Key)),
        JsonArray list => new JsonArray([.. list.Select(Clean)]),
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.String => JsonValue.Create(context.Tool.ShownLine(value.GetValue<string>())),
        _ => node.DeepClone(),
    };

    private string Title(ExternalCall call) => $"{TerminalText.Line(options.Program, 80)} ({call.Title})";

    private ExternalSilentException Silent(ExternalCall call, string why, Exception? cause = null) =>
        new($"{Title(call)} did not answer: {Shown(why)}", cause);

    private static string Words(ToolResult result) => result.Shown.Length == 0 ? "" : $" It said: {result.Shown}";
}
