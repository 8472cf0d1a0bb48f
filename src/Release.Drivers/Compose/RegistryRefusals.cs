using Release.Drivers.Docker;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>What it means when an engine cannot get an image from its registry. The engine passes on the registry's words, with a status that says little.</summary>
internal static class RegistryRefusals
{
    private static readonly string[] Login = ["unauthorized", "authentication required", "no basic auth credentials", "access to the resource is denied", "denied:"];
    private static readonly string[] Absent = ["manifest unknown", "name unknown", "not found", "repository name not known"];
    private static readonly string[] Away = ["connection refused", "no such host", "i/o timeout", "network is unreachable", "no route to host", "deadline exceeded", "Client.Timeout", "EOF", "connection reset"];
    private static readonly string[] Tls = ["x509:", "server gave HTTP response to HTTPS client", "tls:"];

    /// <summary>The refusal, for a person.</summary>
    /// <param name="what">Which service and version.</param>
    /// <param name="reference">The image.</param>
    /// <param name="hasLogin">Whether a login was sent along.</param>
    /// <param name="host">The engine.</param>
    /// <param name="problem">What the engine said.</param>
    public static ReleaseException Of(string what, string reference, bool hasLogin, DockerHost host, DockerException problem)
    {
        var registry = RegistryLogins.Registry(reference);
        var (why, next) = problem switch
        {
            DockerUnavailableException => (problem.Message, "See that the engine answers (platform.engine in the environment's file), and run the command again."),
            _ when Says(problem, "no space left") => (
                $"the engine at {host} has no space left for {reference}. {problem.Message}", $"Make room there (docker -H {host} system df shows what takes it), and run the command again."),
            _ when Says(problem, Login) => (
                $"{registry} does not give {reference} to {(hasLogin ? "the user of the configuration" : "everybody")}. {problem.Message}",
                hasLogin ? $"Correct user and password of {registry} in platform.registries; a registry also says so of a name that it does not have." : $"Write {registry} with user and password (\"${{env:REGISTRY_TOKEN}}\") into platform.registries; a registry also says so of a name that it does not have."),
            _ when Says(problem, Tls) => (
                $"the engine at {host} does not trust {registry}, or one of them speaks no TLS. {problem.Message}", $"Put the registry's authority into /etc/docker/certs.d/{registry}/ca.crt on the engine's machine."),
            _ when Says(problem, Away) => (
                $"{registry} does not answer the engine at {host}. {problem.Message}", $"See that {registry} runs and is reached from the engine's machine, or load the image there (docker save, docker load), and run the command again."),
            _ when problem.Status == 404 || Says(problem, Absent) => Missing(registry, reference),
            _ => ($"the engine at {host} could not get {reference}. {problem.Message}", $"Try it there: docker -H {host} pull {reference}."),
        };
        return new(ExitStatus.Failed, $"{what} cannot be released: {why}", next);
    }

    /// <summary>The refusal of what its registry does not have.</summary>
    public static ReleaseException Absence(string what, string reference)
    {
        var (why, next) = Missing(RegistryLogins.Registry(reference), reference);
        return new(ExitStatus.Failed, $"{what} cannot be released: {why}", next);
    }

    private static (string Why, string Next) Missing(string registry, string reference) => (
        $"{registry} has no image {reference}. Nothing was changed.", "Name a version that was pushed there, or push it (docker push), and run the command again.");

    private static bool Says(DockerException problem, params IReadOnlyList<string> words) =>
        words.Any(word => problem.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
