#nullable disable
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.CI;

public interface IConfigurationGenerator
{
    string Id { get; }
    string DisplayName { get; }
    string HostName { get; }
    bool AutoGenerate { get; }
    Type HostType { get; }
    IEnumerable<AbsolutePath> GeneratedFiles { get; }
    void Generate(IReadOnlyCollection<ExecutableTarget> executableTargets);
    void SerializeState();
}

[AttributeUsage(AttributeTargets.Class)]
public abstract class ConfigurationAttributeBase : Attribute, IConfigurationGenerator
{
    protected ConfigurationAttributeBase()
    {
    }

    public INukeBuild Build { get; internal set; }
    public string DisplayName => IdPostfix is null ? HostName : $"{HostName} ({IdPostfix})";
    public string HostName => HostType.Name;
    public string Id => IdPostfix is null ? HostName : $"{HostName}_{IdPostfix}";
    public virtual string IdPostfix => null;
    public bool AutoGenerate { get; set; } = true;
    public abstract Type HostType { get; }
    public abstract AbsolutePath ConfigurationFile { get; }
    public abstract IEnumerable<AbsolutePath> GeneratedFiles { get; }
    public abstract IEnumerable<string> RelevantTargetNames { get; }
    public abstract IEnumerable<string> IrrelevantTargetNames { get; }
    protected virtual string BuildCmdPath => "build.cmd";

    /// <summary>Writes <see cref="ConfigurationFile"/>.</summary>
    /// <param name="executableTargets">All targets of the build, in order of declaration.</param>
    /// <exception cref="UsageFailure">The attribute describes a file that cannot be; nothing was written.</exception>
    public void Generate(IReadOnlyCollection<ExecutableTarget> executableTargets)
        => ConfigurationFile.WriteAllText(Text(executableTargets));

    /// <summary>What the file is to hold.</summary>
    internal abstract string Text(IReadOnlyCollection<ExecutableTarget> targets);

    public virtual void SerializeState()
    {
    }
}
