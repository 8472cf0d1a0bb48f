using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.External;

/// <summary>Services on a stack that a driver's program knows.</summary>
public sealed class ExternalPlatform : IPlatform
{
    private readonly ExternalPlatformOptions _options;
    private readonly ExternalProgram _program;

    /// <summary>Makes the platform; starts nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    public ExternalPlatform(ExternalPlatformOptions options, DriverContext context) =>
        (_options, _program) = (options, new ExternalProgram(options, "platform", context));

    /// <inheritdoc/>
    /// <exception cref="ReleaseException">The program did not answer, or answered no; nothing was changed.</exception>
    public async Task<Artefact> Identify(ServiceOptions service, string version, CancellationToken cancellation)
    {
        try
        {
            var members = new JsonObject { ["service"] = ExternalService.Of(service), ["version"] = version };
            var answer = await _program.Ask("identify", null, members, _program.Timeout, cancellation);
            return new(service.Name, version, _program.Shown(answer.Text("digest")!));
        }
        catch (ExternalException problem)
        {
            throw new ReleaseException(
                ExitStatus.Failed, $"What {service.Name} {version} is cannot be found out: {problem.Message} Nothing was changed.", "Mend the driver, and try it: ./build.sh Conformance --driver platform.");
        }
    }

    /// <inheritdoc/>
    public async Task<InstanceView> Look(string instance, CancellationToken cancellation)
    {
        try
        {
            var answer = await _program.Ask("look", null, new() { ["instance"] = instance }, _program.Timeout, cancellation);
            return InstanceView.At(instance, Enum.Parse<Liveness>(answer.State, ignoreCase: true), answer.Text("address"), _program.Shown(answer.Detail));
        }
        catch (ExternalException problem)
        {
            return InstanceView.At(instance, Liveness.Unknown, null, problem.Message);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ReleaseException">The program did not answer, or its stack does not say; nothing was changed.</exception>
    public async Task<IReadOnlyList<Instance>?> Running(ServiceOptions service, CancellationToken cancellation)
    {
        try
        {
            var answer = await _program.Ask("running", null, new() { ["service"] = ExternalService.Of(service) }, _program.Timeout, cancellation);
            return answer.State == ExternalCall.Done
                ? [.. answer.Instances("instances").Select(one => new Instance(_program.Shown(one.Instance), new(service.Name, one.Version, _program.Shown(one.Digest)), []))]
                : throw Untold(service, $"the stack does not say: {_program.Shown(answer.Detail)}");
        }
        catch (ExternalRefusedException refused)
        {
            // An optional call: a driver that does not know it answers no.
            _program.Report(refused.Message);
            return null;
        }
        catch (ExternalSilentException problem)
        {
            throw Untold(service, problem.Message);
        }
    }

    /// <inheritdoc/>
    public IStep Prepare(string id, Artefact artefact) => new ExternalStep(
        _program,
        id,
        "prepare",
        $"Make {artefact.Service} {artefact.Version} available where it will run.",
        _options.PrepareTimeout,
        new()
        {
            ["service"] = new JsonObject { ["name"] = artefact.Service },
            ["version"] = artefact.Version,
            ["digest"] = artefact.Digest,
        });

    /// <inheritdoc/>
    public IStep Start(string id, Instance instance, ServiceOptions service) => new ExternalStep(
        _program, id, "start", $"Start {instance.Id} and wait until it is healthy.", _options.BootTimeout, Subject(instance, service));

    /// <inheritdoc/>
    public IStep Retire(string id, Instance instance, ServiceOptions service) => new ExternalStep(
        _program, id, "retire", $"Wait until {instance.Id} has no request in flight, then stop it.", _options.StopTimeout * 2, Subject(instance, service));

    private static ReleaseException Untold(ServiceOptions service, string why) => new(
        ExitStatus.Failed,
        $"What runs of {service.Name} cannot be found out: {why.TrimEnd('.')}. Nothing was changed.",
        "Mend the driver, and try it: ./build.sh Conformance --driver platform. One that does not offer the call \"running\" answers failed (docs/external-drivers.md).");

    private static JsonObject Subject(Instance instance, ServiceOptions service) => new()
    {
        ["service"] = ExternalService.Of(service),
        ["instance"] = instance.Id,
        ["version"] = instance.Artefact.Version,
        ["digest"] = instance.Artefact.Digest,
    };
}

/// <summary>A service as a request has it.</summary>
internal static class ExternalService
{
    public static JsonObject Of(ServiceOptions service)
    {
        var json = new JsonObject { ["name"] = service.Name, ["health"] = service.Health };
        foreach (var (name, value) in new (string, JsonNode?)[] { ("version", service.Version), ("metrics", service.Metrics), ("image", service.Image), ("port", service.Port) })
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }

        return json;
    }
}
