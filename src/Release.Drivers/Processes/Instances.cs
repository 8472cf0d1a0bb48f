using System.Globalization;
using Release.Configuration;
using Release.Output;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>Starts, watches and stops instances: <c>instances/ID/</c> holds all that is known of one.</summary>
internal sealed class Instances(
    string folder, ArtefactStore artefacts, HealthProbe health, PlatformOptions options, DriverContext context)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether it runs, where, and how it ended.</summary>
    public async Task<InstanceView> Look(string instance, CancellationToken cancellation)
    {
        var program = ProgramOf(instance);
        var record = InstanceRecord.Read(program.Folder);
        if (record is null)
        {
            return InstanceView.At(instance, Liveness.Dead, null, "It was never started.");
        }

        var look = await program.Look(cancellation);
        var words = look.IsAlive || look.ExitCode is null or 0 ? "" : LastWords.Of(program.ErrorLog);
        return InstanceView.At(
            instance,
            look.IsAlive ? Liveness.Alive : Liveness.Dead,
            record.Address,
            words.Length == 0 ? look.Detail : $"{look.Detail} It said: {TerminalText.Line(words)}");
    }

    /// <summary>The instances of a service that run.</summary>
    public async Task<IReadOnlyList<Instance>> Running(string service, CancellationToken cancellation)
    {
        var running = new List<Instance>();
        var places = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        foreach (var place in places.Order(StringComparer.Ordinal))
        {
            var (id, record) = (Path.GetFileName(place), InstanceRecord.Read(place));
            if (record?.Service == service && (await ProgramOf(id).Look(cancellation)).IsAlive)
            {
                running.Add(new Instance(id, record.Artefact, record.Faults));
            }
        }

        return running;
    }

    /// <summary>What the health path answers instead of 200, or null.</summary>
    public Task<string?> Sickness(string address, ServiceOptions service, CancellationToken cancellation) =>
        health.Problem(new Uri($"http://{address}{service.Health}"), cancellation);

    /// <summary>Starts the instance unless it runs, and returns when it is healthy.</summary>
    /// <exception cref="ReleaseException">It ended, or was not healthy by the boot deadline.</exception>
    public async Task Start(Instance instance, ServiceOptions service, StepKey key, CancellationToken cancellation)
    {
        Faults.Validate(instance.Faults);
        if (!artefacts.IsThere(instance.Artefact))
        {
            throw new ReleaseException(
                ExitStatus.Failed, $"{instance.Id} cannot start: {service.Name} {instance.Artefact.Version} was not prepared.");
        }

        var program = ProgramOf(instance.Id);
        var record = await Record(program, instance, cancellation);
        var arguments = new List<string> { "--port", record.Port.ToString(CultureInfo.InvariantCulture) };
        foreach (var fault in instance.Faults)
        {
            arguments.AddRange(["--fault", fault]);
        }

        await program.Start(key, DotnetProgram.In(artefacts.FolderOf(instance.Artefact), arguments), cancellation);
        await Healthy(instance.Id, program, record.Address, service, cancellation);
    }

    /// <summary>
    /// Stops the instance: first no request in flight, then the signal, then after the grace a kill. Nothing happens when
    /// it was never started or is stopped already.
    /// </summary>
    public async Task Stop(
        string instance, Func<string, CancellationToken, Task<int?>> inFlight, StepKey key, CancellationToken cancellation)
    {
        var program = ProgramOf(instance);
        var record = InstanceRecord.Read(program.Folder);
        if (record is not null && (await program.Look(cancellation)).IsAlive)
        {
            await Drained(instance, record.Address, inFlight, cancellation);
        }

        await program.Stop(key, options.StopTimeout, cancellation);
    }

    private BackgroundProgram ProgramOf(string instance) =>
        new(Path.Combine(folder, PlatformNames.Check("instance", instance)), context.Tool, context.Time);

    private async Task<InstanceRecord> Record(BackgroundProgram program, Instance instance, CancellationToken cancellation)
    {
        using var held = await program.Hold(cancellation);
        var record = InstanceRecord.Read(program.Folder);
        var (service, version, digest) = instance.Artefact;
        if (record is not null
            && (record.Artefact != instance.Artefact || !record.Faults.SequenceEqual(instance.Faults)))
        {
            throw new ReleaseException(
                ExitStatus.Failed,
                $"{instance.Id} is already the name of {record.Service} {record.Version} ({ArtefactStore.Short(record.Digest)}).");
        }

        // Once something was started there, the address is known to routers and journals and is kept whatever happens.
        var wasStarted = (await program.Look(cancellation)).WasStarted;
        if (record is null || (!wasStarted && !LoopbackPorts.IsFree(record.Port)))
        {
            record = new(service, version, digest, instance.Faults, LoopbackPorts.Choose(LoopbackPorts.TakenIn(context.State)));
            record.Write(program.Folder);
        }

        return record;
    }

    private async Task Healthy(
        string instance, BackgroundProgram program, string address, ServiceOptions service, CancellationToken cancellation)
    {
        var (began, pace) = (context.Time.GetTimestamp(), new Pace(context.Time, tellsAtOnce: false));
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            var sickness = await Sickness(address, service, cancellation);
            var look = await program.Look(cancellation);
            if (!look.IsAlive)
            {
                throw Failure($"{instance} did not start. {look.Detail}", program);
            }

            if (sickness is null)
            {
                return;
            }

            var waited = context.Time.GetElapsedTime(began);
            if (waited > options.BootTimeout)
            {
                throw Failure(
                    $"{instance} is not healthy after {Seconds(options.BootTimeout)}: http://{address}{service.Health}: {sickness}.",
                    program);
            }

            if (pace.IsDue())
            {
                context.Report($"  {instance}: waiting for {service.Health}, {Seconds(waited)} of {Seconds(options.BootTimeout)}: {sickness}");
            }

            await Task.Delay(pause, context.Time, cancellation);
        }
    }

    private async Task Drained(
        string instance, string address, Func<string, CancellationToken, Task<int?>> inFlight, CancellationToken cancellation)
    {
        // Twice, because a request that the router has assigned may not be counted at its first look.
        var (began, pace) = (context.Time.GetTimestamp(), new Pace(context.Time, tellsAtOnce: true));
        for (var quiet = 0; quiet < 2;)
        {
            var requests = await inFlight(address, cancellation);
            if (requests is null)
            {
                return;
            }

            quiet = requests == 0 ? quiet + 1 : 0;
            var waited = context.Time.GetElapsedTime(began);
            if (waited > options.StopTimeout)
            {
                context.Report($"{instance}: {requests} requests are still in flight after {Seconds(waited)}; stopping it now");
                return;
            }

            if (requests > 0 && pace.IsDue())
            {
                context.Report($"  {instance}: {requests} requests in flight, {Seconds(waited)} of {Seconds(options.StopTimeout)}");
            }

            await Task.Delay(FirstPause, context.Time, cancellation);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";

    private static ReleaseException Failure(string what, BackgroundProgram program)
    {
        var words = LastWords.Of(program.ErrorLog);
        return new(
            ExitStatus.Failed,
            words.Length == 0 ? what : $"{what} Its last words:\n{words}",
            $"All of them are in {program.ErrorLog}.");
    }
}
