namespace Release.Bench.Simulation;

/// <summary>A way to judge a candidate, to be compared with others on the same counts: one column of the table.</summary>
internal interface IRule
{
    /// <summary>Gets its column.</summary>
    string Name { get; }

    /// <summary>Gets a value indicating whether it lets pass, not fail.</summary>
    bool IsPass { get; }

    /// <summary>Whether it can judge such a scenario.</summary>
    bool Fits(Scenario scenario);

    /// <summary>Begins a run: from then on it is given every tick until it fires. Runs are judged on several cores at once.</summary>
    IRuleRun Begin(Scenario scenario, Drawn drawn);
}

/// <summary>One run of a rule.</summary>
internal interface IRuleRun
{
    /// <summary>Takes in a tick; true when the rule fires at its end, which ends the run.</summary>
    bool Fires(in DrawnTick tick);
}

/// <summary>A rule made of a function that begins a run.</summary>
/// <param name="Name">Its column.</param>
/// <param name="IsPass">Whether it lets pass.</param>
/// <param name="FitsTo">Whether it can judge such a scenario.</param>
/// <param name="Make">Begins a run.</param>
internal sealed record Rule(string Name, bool IsPass, Func<Scenario, bool> FitsTo, Func<Scenario, Drawn, Func<DrawnTick, bool>> Make) : IRule
{
    public bool Fits(Scenario scenario) => FitsTo(scenario);

    public IRuleRun Begin(Scenario scenario, Drawn drawn) => new Run(Make(scenario, drawn));

    private sealed class Run(Func<DrawnTick, bool> fires) : IRuleRun
    {
        public bool Fires(in DrawnTick tick) => fires(tick);
    }
}
