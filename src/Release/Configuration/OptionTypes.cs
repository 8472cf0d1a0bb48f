using Release.Probes;
using Release.Runbooks;

namespace Release.Configuration;

/// <summary>
/// Which record a <c>"type"</c> in a configuration stands for, and which placeholders have a value. Every record with a
/// <c>Type</c> is looked up here, also one that is always of the same record: what is not registered does not exist.
/// </summary>
public sealed class OptionTypes
{
    private readonly Dictionary<Type, SortedDictionary<string, Type>> _types = [];
    private readonly SortedSet<string> _placeholders = new(["gateway.admin", "gateway.traffic"], StringComparer.Ordinal);

    /// <summary>Gets the names that may stand in <c>${…}</c>, beside <c>env:</c> and <c>file:</c>.</summary>
    public IReadOnlyCollection<string> PlaceholderNames => _placeholders;

    /// <summary>What the core knows by itself; drivers add theirs.</summary>
    public static OptionTypes Core() => new OptionTypes()
        .Add<BackupOptions, GitBackupOptions>("git")
        .Add<BackupOptions, ImagesBackupOptions>("images")
        .Add<JournalOptions, JournalOptions>("file")
        .Add<EvidenceOptions, EvidenceOptions>("folder")
        .Add<MetricsOptions, MetricsOptions>("scrape")
        .Add<ProbeOptions, CommandProbeOptions>("command")
        .Add<ProbeOptions, DiskProbeOptions>("disk")
        .Add<ProbeOptions, DnsProbeOptions>("dns")
        .Add<ProbeOptions, FileProbeOptions>("file")
        .Add<ProbeOptions, GitProbeOptions>("git")
        .Add<ProbeOptions, GrafanaProbeOptions>("grafana")
        .Add<ProbeOptions, HttpProbeOptions>("http")
        .Add<ProbeOptions, JUnitProbeOptions>("junit")
        .Add<ProbeOptions, MixedProbeOptions>("mixed")
        .Add<ProbeOptions, RedisProbeOptions>("redis")
        .Add<ProbeOptions, SequenceProbeOptions>("sequence")
        .Add<ProbeOptions, TcpProbeOptions>("tcp")
        .Add<ProbeOptions, TlsProbeOptions>("tls")
        .Add<TieOptions, BackupTieOptions>("backup")
        .Add<TieOptions, ConfigurationTieOptions>("configuration")
        .Add<TieOptions, CriterionTieOptions>("criterion")
        .Add<TieOptions, EvidenceTieOptions>("evidence")
        .Add<TieOptions, InputTieOptions>("input")
        .Add<TieOptions, NoticeTieOptions>("notice")
        .Add<TieOptions, PhaseTieOptions>("phase")
        .Add<TieOptions, ProbeTieOptions>("probe")
        .Add<TieOptions, RoleTieOptions>("role")
        .Add<TieOptions, StepTieOptions>("step")
        .Add<TieOptions, TimeTieOptions>("time")
        .Add<TieOptions, WatchTieOptions>("watch");

    /// <summary>Registers the record that <c>"type": "<paramref name="name"/>"</c> stands for where a <typeparamref name="TBase"/> is expected.</summary>
    public OptionTypes Add<TBase, TOptions>(string name)
        where TOptions : TBase
    {
        if (!_types.TryGetValue(typeof(TBase), out var names))
        {
            _types[typeof(TBase)] = names = new(StringComparer.Ordinal);
        }

        names.Add(name, typeof(TOptions));
        return this;
    }

    /// <summary>Registers a name for <c>${…}</c>.</summary>
    public OptionTypes AddPlaceholder(string name)
    {
        _placeholders.Add(name);
        return this;
    }

    /// <summary>The records by name that may stand where <paramref name="type"/> is expected.</summary>
    public IReadOnlyDictionary<string, Type> Of(Type type)
        => _types.TryGetValue(type, out var names) ? names : new Dictionary<string, Type>();
}
