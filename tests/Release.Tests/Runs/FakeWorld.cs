namespace Release.Tests.Runs;

/// <summary>A change that really happened: a value went from one to another.</summary>
/// <param name="At">When.</param>
/// <param name="Step">Whose call it was.</param>
/// <param name="Way">The direction.</param>
/// <param name="Key">Its key.</param>
/// <param name="Field">What changed.</param>
/// <param name="From">The value before.</param>
/// <param name="To">The value after.</param>
/// <param name="IsLate">Whether nobody waited for it any more.</param>
internal sealed record Effect(DateTimeOffset At, string Step, Way Way, string Key, string Field, string? From, string? To, bool IsLate = false);

/// <summary>
/// What a release changes, as fields with values (<c>weight/ping/10.0.0.1:80</c> is <c>90</c>), the traffic that flows through
/// it, and every change in order. It outlives the processes that change it.
/// </summary>
internal sealed class FakeWorld(FakeTime time)
{
    public const string Gateway = "gateway";
    private const string Foreign = "somebody's ";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly List<Effect> _effects = [];
    private readonly Dictionary<string, string> _addresses = [];
    private readonly HashSet<string> _revoked = [];

    public FakeTime Time => time;

    public Blows Blows { get; } = new();

    public FakeTraffic Traffic { get; } = new();

    /// <summary>Gets or sets a value indicating whether the platform offers what adopting needs.</summary>
    public bool TellsWhatRuns { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the platform has places of its own for what serves.</summary>
    public bool KeepsPlaces { get; set; }

    /// <summary>Gets or sets a value indicating whether the platform can have two instances of one version.</summary>
    public bool RestartsBeside { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the platform can restart an instance where it is, and scale it.</summary>
    public bool FixesInPlace { get; set; }

    /// <summary>Peers that do not answer: <c>router</c>, <c>router/ping</c>, <c>platform</c>, <c>metrics</c>, <c>repository</c>, or a step's id.</summary>
    public HashSet<string> Silent { get; } = [];

    /// <summary>Gets or sets the commits between any two versions; null where the repository cannot say.</summary>
    public IReadOnlyList<Release.Platforms.Commit>? Commits { get; set; } = [];

    /// <summary>Probes that find something wrong, by id.</summary>
    public HashSet<string> FailingProbes { get; } = [];

    /// <summary>Gets what was looked at, and at which path.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Probed { get; } = new();

    /// <summary>The versions that each probe was last made to look for, by id.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, string> LookedFor { get; } = new();

    /// <summary>Probes that cannot look, by id.</summary>
    public HashSet<string> BlindProbes { get; } = [];

    /// <summary>Probes that cannot look so many times more, by id.</summary>
    public Dictionary<string, int> BusyProbes { get; } = [];

    /// <summary>What the router says would keep a candidate from its share.</summary>
    public List<Release.Platforms.RouterDoubt> Doubts { get; } = [];

    /// <summary>Versions that never become healthy when they are started.</summary>
    public HashSet<string> DoNotBoot { get; } = [];

    /// <summary>Frozen calls go on when this completes.</summary>
    public TaskCompletionSource Thawed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool EvidenceIsLost { get; set; }

    public SortedDictionary<string, string> Evidence { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what watches every change just before it happens.</summary>
    public Action<string, Way>? BeforeChange { get; set; }

    /// <summary>Gets or sets what is told of every change just after it happened.</summary>
    public Action<Effect>? AfterChange { get; set; }

    public IReadOnlyList<Effect> Effects
    {
        get
        {
            lock (_gate)
            {
                return [.. _effects];
            }
        }
    }

    /// <summary>The value of a field; null when it has none.</summary>
    public string? this[string field]
    {
        get
        {
            lock (_gate)
            {
                return _fields.GetValueOrDefault(field);
            }
        }
    }

    /// <summary>Somebody else changes something by hand.</summary>
    public void SomebodySets(string field, string value) => Put(field, Foreign + value);

    /// <summary>Somebody or something else changes a field, and it is not ours to tell.</summary>
    public void Put(string field, string? value)
    {
        lock (_gate)
        {
            Traffic.Flow(time.GetUtcNow(), _fields);
            if (value is null)
            {
                _ = _fields.Remove(field);
            }
            else
            {
                _fields[field] = value;
            }
        }
    }

    public static bool IsForeign(string? value) => value?.StartsWith(Foreign, StringComparison.Ordinal) == true;

    /// <summary>The process of an instance ends.</summary>
    public void Kill(string instance)
    {
        Put($"process/{instance}", null);
        Put($"health/{instance}", null);
    }

    /// <summary>The machine restarts: every process is gone, what is on disk stays.</summary>
    public void Restart()
    {
        foreach (var field in Fields("process/", "health/", Gateway))
        {
            Put(field, null);
        }
    }

    public void Set(string step, Way way, string key, string field, string? value, bool isLate = false)
    {
        lock (_gate)
        {
            if (_fields.GetValueOrDefault(field) is var from && from != value)
            {
                BeforeChange?.Invoke(step, way);
                Put(field, value);
                var effect = new Effect(time.GetUtcNow(), step, way, key, field, from, value, isLate);
                _effects.Add(effect);
                AfterChange?.Invoke(effect);
            }
        }
    }

    public void Revoke(string key) => _revoked.Add(key);

    public bool IsRevoked(string key) => _revoked.Contains(key);

    /// <summary>The address of an instance: the same after every restart.</summary>
    public string AddressOf(string instance)
    {
        lock (_gate)
        {
            if (!_addresses.TryGetValue(instance, out var address))
            {
                address = $"10.0.0.{_addresses.Count + 1}:80";
                _addresses[instance] = address;
                Traffic.Names[address] = instance;
            }

            return address;
        }
    }

    /// <summary>Gets how often instances were started again by themselves.</summary>
    public Dictionary<string, int> Restarts { get; } = [];

    /// <summary>Gets instances that are reached elsewhere than where they were.</summary>
    public Dictionary<string, string> Moved { get; } = [];

    /// <summary>Where an instance is reached from here.</summary>
    public string ReachedAt(string instance) => Moved.GetValueOrDefault(instance) ?? AddressOf(instance);

    public string? InstanceAt(string address)
    {
        lock (_gate)
        {
            return Traffic.Names.GetValueOrDefault(address);
        }
    }

    public bool IsAlive(string instance) => this[$"process/{instance}"] is not null;

    public bool IsHealthy(string instance) => IsAlive(instance) && this[$"health/{instance}"] is not null;

    public IReadOnlyList<string> Fields(params string[] prefixes)
    {
        lock (_gate)
        {
            return [.. _fields.Keys.Where(f => prefixes.Any(p => f.StartsWith(p, StringComparison.Ordinal)))];
        }
    }

    public void Read(Action<IReadOnlyDictionary<string, string>> read)
    {
        lock (_gate)
        {
            Traffic.Flow(time.GetUtcNow(), _fields);
            read(_fields);
        }
    }

    /// <summary>Everything that is there, as text. Artefacts are immutable and stay, and a weight of 0 is none, so they are left out.</summary>
    public string Show(bool tags = true)
    {
        lock (_gate)
        {
            return string.Join('\n', _fields
                .Where(f => !f.Key.StartsWith("artefact/", StringComparison.Ordinal))
                .Where(f => !(f.Key.StartsWith("weight/", StringComparison.Ordinal) && f.Value == "0"))
                .Where(f => tags || !(f.Key.StartsWith("tag/", StringComparison.Ordinal) || f.Key.StartsWith("pushed/", StringComparison.Ordinal)))
                .Select(f => $"{Named(f.Key)} = {f.Value}"));
        }
    }

    /// <summary>What serves a service: <c>ping-1.0.0-run1 100</c>.</summary>
    public string Serving(string service = "ping") => string.Join(", ", Fields($"weight/{service}/")
        .Where(f => this[f] is not (null or "0"))
        .Select(f => $"{Traffic.Names.GetValueOrDefault(f.Split('/')[2])} {this[f]}"));

    // An address depends on how many instances were ever started; a name does not.
    private string Named(string field) => Traffic.Names.Aggregate(field, (text, n) => text.EndsWith("/" + n.Key, StringComparison.Ordinal) ? text.Replace(n.Key, n.Value, StringComparison.Ordinal) : text);
}
