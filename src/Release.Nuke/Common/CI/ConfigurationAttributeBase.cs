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

    /// <exception cref="BuildFailure">Always: this subset carries the attribute's data and generates nothing.</exception>
    public void Generate(IReadOnlyCollection<ExecutableTarget> executableTargets)
        => throw new BuildFailure($"{DisplayName}: this subset does not generate {ConfigurationFile}; write it by hand.");

    public virtual void SerializeState()
    {
    }
}
