using System.Globalization;
using System.Linq.Expressions;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Release.Tests.Graph;

/// <summary>A run has static members, as NUKE has, so these tests take turns.</summary>
[CollectionDefinition("Graph")]
public sealed class GraphTests;

/// <summary>Runs a build on arguments, variables and writers of the test's own, in a folder of its own.</summary>
internal sealed class GraphRun<T> : IDisposable
    where T : NukeBuild, new()
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("graph-");
    private readonly Dictionary<string, string> _variables = [];

    public GraphRun()
    {
        _ = _root.CreateSubdirectory(".nuke");
        Trace.Clear();
    }

    public string Root => _root.FullName;
    public string Out { get; private set; } = "";
    public string Error { get; private set; } = "";
    public string[] Ran => [.. Trace.Ran];

    public GraphRun<T> With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    public GraphRun<T> WithFile(string name, string text)
    {
        using var writer = new StreamWriter(Path.Combine(Root, ".nuke", name));
        writer.Write(text);
        return this;
    }

    /// <summary>Gets or sets the terminal's width; null for none.</summary>
    public int? Width { get; set; }

    /// <summary>Gets or sets who answers questions; null for nobody.</summary>
    public IPrompt? Prompt { get; set; }

    public Task<int> Run(string arguments = "", params Expression<Func<T, Target>>[] defaults)
        => Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), defaults);

    public async Task<int> Run(string[] arguments, params Expression<Func<T, Target>>[] defaults)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        using var interruption = new Interruption();
        Trace.Interrupt = () => interruption.Raise(Interruption.Terminated);
        Trace.Print = output.WriteLine;
        var code = await BuildRun.Execute(
            new Surroundings
            {
                Arguments = arguments,
                Width = Width,
                Prompt = Prompt,
                Variables = _variables,
                Out = output,
                Error = error,
                WorkingDirectory = Root,
                Clock = Trace.Clock,
                Interruption = interruption,
            },
            defaults);
        (Out, Error) = (output.ToString(), error.ToString());
        return code;
    }

    public void Dispose() => _root.Delete(recursive: true);
}

/// <summary>What the targets of a test build do: they leave a trace.</summary>
internal static class Trace
{
    public static List<string> Ran { get; } = [];
    public static GraphClock Clock { get; private set; } = new();
    public static Func<bool> Interrupt { get; set; } = () => false;
    public static Action<string> Print { get; set; } = _ => { };

    public static void Clear()
    {
        Ran.Clear();
        Clock = new GraphClock();
    }

    public static ITargetDefinition Traced(this ITargetDefinition definition, string name)
        => definition.Executes(() => Ran.Add(name));
}

internal sealed class GraphClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 21, 3, 52, 34, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => _now += time;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;
}
