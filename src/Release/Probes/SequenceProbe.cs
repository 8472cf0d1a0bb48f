using Newtonsoft.Json.Linq;

namespace Release.Probes;

/// <summary>Takes the requests of a sequence one after the other; the first that is not as expected ends it.</summary>
internal static class SequenceProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task<ProbeResult> Look(SequenceProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        using var calls = new ProbeCalls(context.BaseAddress);
        var carried = new CarriedValues(context.Time);
        for (var i = 0; i < options.Steps.Count; i++)
        {
            var step = options.Steps[i];
            var asked = $"step {i + 1} of {options.Steps.Count}, {step.Method} {context.Placeholders.Show(step.Url ?? step.Path!)}";
            try
            {
                if (await Take(step, calls, carried, context, cancellation) is { } problem)
                {
                    return new(ProbeVerdict.Fail, $"{asked} {problem}");
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or InvalidOperationException)
            {
                return new(ProbeVerdict.Unavailable, $"{asked}: {HttpProbe.Reason(problem)}");
            }
        }

        return new(ProbeVerdict.Pass, $"all {options.Steps.Count} requests were answered as expected");
    }

    private static async Task<string?> Take(SequenceStepOptions step, ProbeCalls calls, CarriedValues carried, ProbeContext context, CancellationToken cancellation)
    {
        var began = context.Time.GetTimestamp();
        while (true)
        {
            var answer = await Send(step, calls, carried, context, cancellation);
            var problem = Difference(step, answer, carried, text => HttpProbe.Beginning(context.Mask.ShownLine(text)));
            if (problem is null)
            {
                return Kept(step, answer, carried);
            }

            if (step.Within is not { } patience || context.Time.GetElapsedTime(began) >= patience)
            {
                return problem;
            }

            await Task.Delay(Pause, context.Time, cancellation);
        }
    }

    private static Task<CallAnswer> Send(SequenceStepOptions step, ProbeCalls calls, CarriedValues carried, ProbeContext context, CancellationToken cancellation)
    {
        string Resolved(string text) => context.Placeholders.Resolve(text);
        var place = calls.Place(step.Url is { } url ? carried.InPath(Resolved(url)) : null, step.Path is { } path ? carried.InPath(Resolved(path)) : null);
        var headers = step.Headers.Select(header => KeyValuePair.Create(header.Key, carried.InText(Resolved(header.Value)))).ToList();
        return headers.FirstOrDefault(header => header.Value.AsSpan().IndexOfAny('\r', '\n') >= 0) is { Key: { } broken }
            ? throw new InvalidOperationException($"the value for the header {broken} has a line end, which would begin another header")
            : calls.Send(step.Method, place, headers, step.Body is { } body ? carried.InBody(Resolved(body)) : null, cancellation);
    }

    private static string? Difference(SequenceStepOptions step, CallAnswer answer, CarriedValues carried, Func<string, string> shown)
    {
        if (!step.Expect.Contains(answer.Status))
        {
            return $"answered {answer.Status}: expected {string.Join(" or ", step.Expect)}. {shown(answer.Body)}".TrimEnd();
        }

        if (!answer.Complete)
        {
            return $"answered {answer.Status} with more than 1 MiB, too much to compare";
        }

        foreach (var (name, expected) in step.ExpectHeaders.Select(header => (header.Key, carried.InText(header.Value))))
        {
            if (answer.Header(name) is var found && found != expected)
            {
                return $"answered {answer.Status}, but the header {name} is {(found is null ? "missing" : shown(found))}: expected {shown(expected)}";
            }
        }

        if (step.ExpectText is { } text && !answer.Body.Contains(carried.InText(text), StringComparison.Ordinal))
        {
            return $"answered {answer.Status} without the text \"{shown(carried.InText(text))}\": {shown(answer.Body)}";
        }

        var body = step.ExpectBody.ToDictionary(pair => pair.Key, pair => pair.Value is JValue { Type: JTokenType.String } value ? carried.InText((string)value!) : pair.Value);
        return HttpProbe.Difference(answer.Body, body, shown) is { } difference ? $"answered {answer.Status}, but {difference}" : null;
    }

    private static string? Kept(SequenceStepOptions step, CallAnswer answer, CarriedValues carried)
    {
        foreach (var (name, path) in step.Keep)
        {
            var value = answer.At(path);
            if (value is not JValue { Value: not null } scalar)
            {
                return $"answered {answer.Status}, but {path}, which is carried on as $({name}), is {(value is null ? "missing" : "no single value")}";
            }

            if (!carried.Keep(name, scalar.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            {
                return $"answered {answer.Status}, but {path} is too long to be carried on";
            }
        }

        return null;
    }
}
