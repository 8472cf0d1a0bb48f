using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Release.Sample;

/// <summary>Starts and stops an instance: as a program, or inside a test.</summary>
internal static class SampleHost
{
    private const int BootFailed = 1;
    private const int WrongUsage = 2;
    private const int PortInUse = 3;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Runs until SIGTERM or SIGINT. The exit code: 0 stopped, 1 did not boot, 2 wrong usage, 3 port in use.</summary>
    public static async Task<int> Run(
        IReadOnlyList<string> arguments, string? faultsOfEnvironment, TextWriter errors, TimeProvider time)
    {
        if (SampleOptions.Parse(arguments, faultsOfEnvironment, out var options) is { } error)
        {
            await errors.WriteLineAsync(error);
            return WrongUsage;
        }

        ArtefactIdentity identity;
        try
        {
            identity = ArtefactIdentity.Read(AppContext.BaseDirectory);
        }
        catch (InvalidDataException unreadable)
        {
            await errors.WriteLineAsync(unreadable.Message);
            return BootFailed;
        }

        if (options!.Faults.BootFails)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, CancellationToken.None);
            await errors.WriteLineAsync($"{identity.Service} {identity.Version}: fault injected: boot=fail");
            return BootFailed;
        }

        await using var app = Build(options, identity, time, Environment.ProcessId);
        return await Serve(app, options, identity, errors, time);
    }

    /// <summary>An instance that is not yet listening. <paramref name="seed"/> decides times and background failures.</summary>
    public static WebApplication Build(SampleOptions options, ArtefactIdentity identity, TimeProvider time, int seed)
    {
        // The empty builder reads no settings file and no ASPNETCORE_ variable: an instance is what it was started as.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        var app = builder.Build();
        var service = new SampleService(
            identity, options, new Chance(seed), time, app.Lifetime.ApplicationStopping);
        app.Run(service.Handle);
        return app;
    }

    private static async Task<int> Serve(
        WebApplication app, SampleOptions options, ArtefactIdentity identity, TextWriter errors, TimeProvider time)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException error) when (error.InnerException is AddressInUseException or SocketException)
        {
            await errors.WriteLineAsync($"port {options.Port}: is in use; choose another with --port");
            return PortInUse;
        }

        if (options.Faults.CrashAfter is { } after)
        {
            _ = CrashAfter(after, time);
        }

        await app.WaitForShutdownAsync();
        if (options.Faults.HangsOnStop)
        {
            await errors.WriteLineAsync($"{identity.Service} {identity.Version}: fault injected: hang-on-stop");
            await Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None);
        }

        return 0;
    }

    private static async Task CrashAfter(TimeSpan after, TimeProvider time)
    {
        await Task.Delay(after, time, CancellationToken.None);

        // Neither handlers nor finalizers run and connections break where they are: what a real crash does (SIGABRT, 134).
        Environment.FailFast("fault injected: crash-after");
    }
}
