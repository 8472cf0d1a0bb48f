using Release.Configuration;
using Release.Drivers.Docker;
using Release.Drivers.Processes;
using Release.Output;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Compose;

/// <summary>
/// Which image a version is, and how it comes to the engine. A registry is asked for the digest of a version once, before a run;
/// from then on only that digest is fetched, started and promoted, wherever the tag points meanwhile.
/// </summary>
internal sealed class ImageSource(ComposeStack stack)
{
    private readonly RegistryLogins _logins = new(stack.Options.Registries, stack.Context.Resolve);

    private DockerEngine Engine => stack.Engine;

    /// <summary>Gets whether images may be fetched.</summary>
    public bool Fetches => stack.Options.Pull is not PullPolicy.Never;

    /// <summary>Which image a version is.</summary>
    /// <exception cref="ReleaseException">It is not to be had; nothing was changed.</exception>
    /// <exception cref="DockerException">The engine does not answer.</exception>
    public async Task<Artefact> Identify(ServiceOptions service, string version, string reference, CancellationToken cancellation)
    {
        var here = stack.Options.Pull is PullPolicy.Always ? null : await Engine.Image(reference, cancellation);
        return here is not null ? new(service.Name, version, ImageNames.Digest(here, reference))
            : !Fetches ? throw ImageNames.Missing(service.Name, version, reference, Engine.Host)
            : new(service.Name, version, $"{ComposeNames.Repository(reference)}@{(await Offered($"{service.Name} {version}", reference, cancellation)).Digest}");
    }

    /// <summary>Whether an artefact that the engine does not have could be fetched; and if not, why.</summary>
    public async Task<(bool IsOffered, string Detail)> Look(Artefact artefact, CancellationToken cancellation)
    {
        if (!Fetches || !IsPinned(artefact))
        {
            return (false, "");
        }

        try
        {
            _ = await Offered($"{artefact.Service} {artefact.Version}", artefact.Digest, cancellation);
            return (true, $" {RegistryLogins.Registry(artefact.Digest)} has it.");
        }
        catch (ReleaseException refusal)
        {
            return (false, $" {refusal.Message}");
        }
    }

    /// <summary>Fetches an artefact by its digest, telling how far it is.</summary>
    /// <exception cref="ReleaseException">It is not to be had. What was fetched of it stays, and a later call goes on from there.</exception>
    public async Task Fetch(string step, Artefact artefact, CancellationToken cancellation)
    {
        if (!Fetches || !IsPinned(artefact))
        {
            throw ImageNames.Missing(artefact.Service, artefact.Version, artefact.Digest, Engine.Host);
        }

        var (what, login, pace) = ($"{artefact.Service} {artefact.Version}", _logins.For(artefact.Digest), new Pace(stack.Context.Time, tellsAtOnce: false));
        try
        {
            await Engine.Pull(artefact.Digest, login, stack.Options.PullTimeout, cancellation, progress =>
            {
                if (pace.IsDue())
                {
                    stack.Context.Report($"  {step}: {progress}");
                }
            });
        }
        catch (DockerException problem)
        {
            throw RegistryRefusals.Of(what, artefact.Digest, login is not null, Engine.Host, problem);
        }
    }

    // An image that was in no registry has an id only.
    private static bool IsPinned(Artefact artefact) => artefact.Digest.Contains('@', StringComparison.Ordinal);

    private async Task<ImageDistribution> Offered(string what, string reference, CancellationToken cancellation)
    {
        var login = _logins.For(reference);
        ImageDistribution offered;
        try
        {
            offered = await Engine.Distribution(reference, login, cancellation) ?? throw RegistryRefusals.Absence(what, reference);
        }
        catch (DockerRefusedException refusal)
        {
            throw RegistryRefusals.Of(what, reference, login is not null, Engine.Host, refusal);
        }

        var engine = await Engine.Version(cancellation);
        return offered.IsFor(engine.Os, engine.Architecture) ? offered : throw new ReleaseException(
            ExitStatus.Failed,
            $"{what} cannot be released: {reference} is there for {TerminalText.Line(string.Join(", ", offered.Platforms), 200)} only, and the engine at {Engine.Host} runs {engine.Os}/{engine.Architecture}. Nothing was changed.",
            $"Build and push it for {engine.Os}/{engine.Architecture}, too, and run the command again.");
    }
}
