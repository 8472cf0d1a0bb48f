using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>What the tests on a real engine need of the machine.</summary>
internal static class DockerMachine
{
    private static readonly string[] Programs = ["dockerd", "containerd", "docker-compose", "redis-server", "prometheus", "busybox", "ldd"];

    /// <summary>Gets what is missing here, or null; null too when its absence is to fail (<c>./build.sh Test --require-servers</c>).</summary>
    public static string? Missing { get; } =
        Machine.Missing
        ?? (!OperatingSystem.IsLinux() ? "needs Linux: the tests start a Docker Engine of their own"
        : Environment.GetEnvironmentVariable("RELEASE_REQUIRE_SERVERS") == "true" ? null
        : Programs.FirstOrDefault(program => Machine.Find(program) is null) is { } program
            ? $"{program} is not installed (./build.sh Servers installs it on Debian)"
        : !IsAllowed ? "only root may start a Docker Engine"
        : null);

    /// <summary>The same with programs that only some of the tests need.</summary>
    public static string? MissingWith(params string[] programs) => Missing
        ?? (Environment.GetEnvironmentVariable("RELEASE_REQUIRE_SERVERS") == "true" ? null
            : programs.FirstOrDefault(program => Machine.Find(program) is null) is { } program ? $"{program} is not installed (./build.sh Servers installs it on Debian)"
            : null);

    // To mount and to make networks: root in a container has the name, but often not the right (CAP_SYS_ADMIN is bit 21).
    private static bool IsAllowed =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
        && (Convert.ToUInt64(line["CapEff:".Length..].Trim(), 16) & (1UL << 21)) != 0;
}

/// <summary>A test on a real Docker Engine; skipped, saying why, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute() => Skip = DockerMachine.Missing;
}

/// <summary>The same for tests that log in to this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SshFactAttribute : FactAttribute
{
    public SshFactAttribute() => Skip = DockerMachine.MissingWith("sshd", "ssh", "ssh-keygen", "docker");
}

/// <summary>The same for tests with a registry of their own.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RegistryFactAttribute : FactAttribute
{
    public RegistryFactAttribute() => Skip = DockerMachine.MissingWith("docker-registry");
}

/// <summary>The same for a whole release from one, which takes minutes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongRegistryFactAttribute : FactAttribute
{
    public LongRegistryFactAttribute() => Skip = DockerMachine.MissingWith("docker-registry")
        ?? (Environment.GetEnvironmentVariable("RELEASE_LONG") == "true" ? null : "it takes minutes, and CI has 25: RELEASE_LONG=true runs it");
}

/// <summary>The same for scenarios that would take CI over its time on two cores: run by those who change what they are about.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongDockerFactAttribute : FactAttribute
{
    public LongDockerFactAttribute() => Skip = DockerMachine.Missing
        ?? (Environment.GetEnvironmentVariable("RELEASE_LONG") == "true" ? null : "it takes minutes, and CI has 25: RELEASE_LONG=true runs it");
}

/// <summary>The same for several data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerTheoryAttribute : TheoryAttribute
{
    public DockerTheoryAttribute() => Skip = DockerMachine.Missing;
}
