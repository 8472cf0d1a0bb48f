namespace Release.Notices;

/// <summary>What people or systems are told of. In the journal and the configuration kebab-case: add, never rename.</summary>
public enum NoticeKind
{
    /// <summary>A release began.</summary>
    ReleaseStarted,

    /// <summary>A phase that was run alone is done, and the run waits for a person to start the next one.</summary>
    Parked,

    /// <summary>The gate could not decide, and the run waits for a person's decision.</summary>
    Held,

    /// <summary>A run waits for sign-offs.</summary>
    SignOffNeeded,

    /// <summary>A version serves everything.</summary>
    Promoted,

    /// <summary>A version was taken back.</summary>
    RolledBack,

    /// <summary>A person closed a run as it stood.</summary>
    Abandoned,

    /// <summary>An undo failed, or only the candidate is healthy: a person is needed now.</summary>
    Stuck,

    /// <summary>A person took the environment from a process that held it.</summary>
    TakenOver,

    /// <summary>An incident for whoever is on call.</summary>
    Page,

    /// <summary>An incident for the ticket system.</summary>
    Ticket,

    /// <summary>An incident that is only noted.</summary>
    Note,

    /// <summary>An incident is over.</summary>
    Resolved,

    /// <summary>A day of a watch in figures.</summary>
    DailySummary,
}
