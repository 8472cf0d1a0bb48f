using Release.Configuration;

namespace Release.Runs;

/// <summary>
/// Something that is to be done in an environment although nobody asks for it. What there is to do is a pure function of the
/// journal, the configuration and the time (invariant 5). A closed set.
/// </summary>
internal abstract record Chore
{
    // How the purpose of a lease begins that a tender holds for moments only: others wait for it.
    internal const string ShortPurpose = "tend: ";

    private const string LongPurpose = "tending: ";

    private Chore()
    {
    }

    /// <summary>Gets what a tender takes the lease for, in the words of the journal.</summary>
    public string Purpose => (IsLong ? LongPurpose : ShortPurpose) + What;

    /// <summary>Whether a lease was taken by a tender.</summary>
    public static bool IsPurpose(string purpose) =>
        purpose.StartsWith(ShortPurpose, StringComparison.Ordinal) || purpose.StartsWith(LongPurpose, StringComparison.Ordinal);

    /// <summary>Gets what tells it from others, over processes and times.</summary>
    public abstract string Key { get; }

    /// <summary>Gets what it is, for a person.</summary>
    public abstract string What { get; }

    /// <summary>Gets the run that it belongs to.</summary>
    public abstract string Run { get; }

    /// <summary>Gets a value indicating whether it takes as long as a run may: others do not wait for that.</summary>
    public virtual bool IsLong => false;

#pragma warning disable CA1034 // the cases of a closed set are nested on purpose
    /// <summary>A version that was kept is stopped.</summary>
    public sealed record Retire(DueStep Due) : Chore
    {
        public override string Key => $"{Due.Step} of run {Due.Run}";

        public override string What => $"retire {Due.Instance.Artefact.Service} {Due.Instance.Artefact.Version}";

        public override string Run => Due.Run;
    }

    /// <summary>What a closed run left running loses its share and is stopped.</summary>
    public sealed record Clear(string Left) : Chore
    {
        public override string Key => $"left by run {Left}";

        public override string What => $"take away what run {Left} left";

        public override string Run => Left;
    }

    /// <summary>A run that waited for a person for too long is undone.</summary>
    public sealed record Expire(RunState Held) : Chore
    {
        public override string Key => $"hold of run {Held.Id}";

        public override string What => $"undo run {Held.Id} ({Held.Opening.Target.Version}), which waited for {Held.Waits?.For} until {Output.Show.Time(Held.Waits?.Until ?? default)}";

        public override string Run => Held.Id;

        public override bool IsLong => true;
    }

    /// <summary>A run that waited for sign-offs has them and goes on.</summary>
    public sealed record GoOn(RunState Parked) : Chore
    {
        public override string Key => $"sign-offs of run {Parked.Id}";

        public override string What => $"go on with run {Parked.Id} ({Parked.Opening.Target.Version}), whose sign-offs are there";

        public override string Run => Parked.Id;

        public override bool IsLong => true;
    }

    /// <summary>A run whose process is gone.</summary>
    public sealed record Orphan(RunState Left, OrphanPolicy Policy) : Chore
    {
        /// <summary>Gets a value indicating whether it was going back already: then there is one way only.</summary>
        public bool GoesBack => Left.GoesBack || !Left.Opening.TurnsBack;

        /// <summary>When its process has been gone for long enough.</summary>
        public DateTimeOffset At(EnvironmentOptions options) => Left.LastAt + options.OrphanAfter;

        public override string Key => $"run {Left.Id}";

        public override string What =>
            GoesBack ? $"finish taking back run {Left.Id} ({Left.Opening.Target.Version}), whose process is gone"
            : Policy is OrphanPolicy.Rollback ? $"undo run {Left.Id} ({Left.Opening.Target.Version}), whose process is gone"
            : Policy is OrphanPolicy.Resume ? $"go on with run {Left.Id} ({Left.Opening.Target.Version}), whose process is gone"
            : $"withdraw the candidate of run {Left.Id} ({Left.Opening.Target.Version}), whose process is gone";

        public override string Run => Left.Id;

        public override bool IsLong => GoesBack || Policy is not OrphanPolicy.Leave;
    }

    /// <summary>Something of the watch over a promoted version.</summary>
    public sealed record Watch(Watching.WatchDue Due) : Chore
    {
        // One name for every look: what fails at one fails at the next, and each waits for longer.
        public override string Key => $"{Due.Task} of the watch over run {Due.Run}";

        public override string What => Due.What;

        public override string Run => Due.Run;

        public override bool IsLong => Due.Task is Watching.WatchTask.RollBack;
    }
#pragma warning restore CA1034

    /// <summary>What is to be done now, in its order: traffic first.</summary>
    public static IReadOnlyList<Chore> Of(EnvironmentState state, EnvironmentOptions options, DateTimeOffset now)
    {
        var chores = new List<Chore>();
        if (state.Open is { IsParked: true, Waits: { } waits } held && waits.IsOver(now))
        {
            chores.Add(new Expire(held));
        }
        else if (state.Open is { } parked && Runbooks.RequiredSignOffs.AreThere(parked))
        {
            chores.Add(new GoOn(parked));
        }
        else if (state.Open is { } open && OrphanOf(open, options) is { } orphan && orphan.At(options) <= now)
        {
            chores.Add(orphan);
        }

        if (state is { Open: null, Stable: not null })
        {
            chores.AddRange(state.Left.Select(l => l.Run).Distinct().Select(run => new Clear(run)));
        }

        // Before what was kept is retired: a look may be why it is needed.
        chores.AddRange(Watching.WatchDue.Of(state, options, now).Select(due => new Watch(due)));
        chores.AddRange(Retirement.Overdue(state, now).Select(due => new Retire(due)));
        return chores;
    }

    /// <summary>What a tender does with a run whose process is gone.</summary>
    public static OrphanPolicy PolicyOf(EnvironmentOptions options) =>
        options.OnOrphan ?? (options.NeedsTender ? OrphanPolicy.Resume : OrphanPolicy.Leave);

    /// <summary>
    /// What is to be done about an open run that no process holds, when its time has come; null where that is a person's matter.
    /// What a person stopped is that person's, but not a candidate whose share is still there.
    /// </summary>
    public static Orphan? OrphanOf(RunState open, EnvironmentOptions options)
    {
        var orphan = new Orphan(open, open.IsStoppedByHand ? OrphanPolicy.Leave : PolicyOf(options));
        return open is not { IsParked: false, StuckBecause: null } ? null
            : open.CandidateMayHaveTraffic || (orphan.IsLong && !open.IsStoppedByHand) ? orphan
            : null;
    }
}
