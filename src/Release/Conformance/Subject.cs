using System.Text.Json.Nodes;
using Release.Planning;
using Release.Runs;

namespace Release.Conformance;

/// <summary>What every list of behaviours works with.</summary>
/// <param name="time">The clock.</param>
/// <param name="salt">What makes this trial's keys others than those of every other trial.</param>
/// <param name="scratch">A folder for the files that nobody may make.</param>
public sealed class Subject(TimeProvider time, string salt, string scratch)
{
    private static readonly TimeSpan ShortestKill = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private int _keys;

    /// <summary>Gets how long an effect that was on its way when its call was killed may take to show.</summary>
    public TimeSpan Late { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A key that no call had before.</summary>
    public StepKey NewKey() => new(Identity.Of(salt, (++_keys).ToString(System.Globalization.CultureInfo.InvariantCulture))[..32]);

    /// <summary>Names that a shell, a path or a parser would trip over, each once.</summary>
    public IEnumerable<string> HostileNames()
    {
        var file = Path.Combine(scratch, "executed");
        return [$"$(touch {file})", $"`touch {file}`", $"x; touch {file}", $"x' ; touch '{file}", "-rf", "../../etc/passwd", "a\nb", "a\"b\\c", "*", "%s%n", new string('x', 300)];
    }

    /// <summary>Throws when a hostile name was executed.</summary>
    public void NothingWasExecuted(string name)
    {
        var file = Path.Combine(scratch, "executed");
        if (File.Exists(file))
        {
            File.Delete(file);
            throw new UnexpectedException($"the name {name} was executed as a command: it made a file. Quote what comes from outside, or read it from the JSON");
        }
    }

    /// <summary>Looks, and throws unless the step is as far as expected.</summary>
    public static async Task<Observation> Expect(IStep step, CancellationToken cancellation, params IReadOnlyList<StepState> states)
    {
        var seen = await step.Observe(cancellation);
        return states.Contains(seen.State)
            ? seen
            : throw new UnexpectedException($"{step.Id}: observing says {Words.Of(seen.State)} ({seen.Detail.TrimEnd('.')}) where {string.Join(" or ", states.Select(Words.Of))} was expected");
    }

    /// <summary>Looks twice and throws unless both looks say the same.</summary>
    public static async Task Stable(IStep step, CancellationToken cancellation)
    {
        var (first, second) = (await step.Observe(cancellation), await step.Observe(cancellation));
        if (first.State != second.State || !JsonNode.DeepEquals(first.Seen, second.Seen))
        {
            throw new UnexpectedException($"{step.Id}: the first look says {Words.Of(first.State)} {first.Seen.ToJsonString()}, the second {Words.Of(second.State)} {second.Seen.ToJsonString()}");
        }
    }

    /// <summary>Applies, and says how long it took.</summary>
    public async Task<TimeSpan> Apply(IStep step, StepKey key, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(step.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var began = time.GetTimestamp();
        await step.Apply(key, either.Token);
        return time.GetElapsedTime(began);
    }

    /// <summary>Calls apply and kills it after a part of the time that it takes.</summary>
    public async Task Kill(IStep step, StepKey key, TimeSpan whole, CancellationToken cancellation)
    {
        using var kill = new CancellationTokenSource(whole / 2 > ShortestKill ? whole / 2 : ShortestKill, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, kill.Token);
        try
        {
            await step.Apply(key, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // As it is with a process that dies: nobody hears how the call ended.
        }
    }

    /// <summary>Throws unless something holds now and for as long as a late effect may take.</summary>
    public async Task Stays(Func<Task> holds, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        do
        {
            await holds();
            await Task.Delay(Pause, time, cancellation);
        }
        while (time.GetElapsedTime(began) < Late);
    }

    /// <summary>Throws when one of five looks takes longer than half of what it may.</summary>
    public async Task InTime(TimeSpan limit, Func<Task> look)
    {
        for (var i = 0; i < 5; i++)
        {
            var began = time.GetTimestamp();
            await look();
            if (time.GetElapsedTime(began) is var took && took > limit / 2)
            {
                throw new UnexpectedException($"a look took {Output.Show.Duration(took)}");
            }
        }
    }
}
