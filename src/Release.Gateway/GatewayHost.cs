using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Release.Gateway.Admin;
using Release.Gateway.Proxy;
using Release.Gateway.State;

namespace Release.Gateway;

/// <summary>Starts and stops the gateway: as a program, or inside a test.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private const int CannotStart = 1;
    private const int WrongUsage = 2;
    private const int PortInUse = 3;

    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly WebApplication _app;
    private ListenOptions? _proxy;
    private ListenOptions? _admin;

    /// <exception cref="InvalidDataException">The state file is corrupt.</exception>
    /// <exception cref="IOException">The state folder cannot be used, or another gateway uses it.</exception>
    public GatewayHost(GatewayOptions options, TimeProvider time, Func<Guid> newId)
    {
        _options = options;
        _time = time;
        Directory.CreateDirectory(options.State);
        _lock = Lock(options.State);
        try
        {
            _app = Build(newId);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    public int ProxyPort => _proxy!.IPEndPoint!.Port;

    public int AdminPort => _admin!.IPEndPoint!.Port;

    /// <summary>Runs until SIGTERM or SIGINT. The exit code: 0 stopped, 1 cannot start, 2 wrong usage, 3 port in use.</summary>
    public static async Task<int> Run(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, TimeProvider time, Func<Guid> newId)
    {
        if (GatewayOptions.Parse(arguments, out var options) is { } wrong)
        {
            await errors.WriteLineAsync(wrong);
            return WrongUsage;
        }

        try
        {
            await using var host = new GatewayHost(options!, time, newId);
            await host.Start();
            await output.WriteLineAsync(
                $"gateway: proxy http://{new IPEndPoint(options!.Address, host.ProxyPort)} admin http://{new IPEndPoint(options.Address, host.AdminPort)} state {options.State}");
            await host._app.WaitForShutdownAsync();
            return 0;
        }
        catch (IOException error) when (error.InnerException is AddressInUseException or SocketException)
        {
            await errors.WriteLineAsync($"{error.Message} Choose other ports with --proxy-port and --admin-port.");
            return PortInUse;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(error.Message);
            return CannotStart;
        }
    }

    /// <summary>Listens, then says durably in <c>gateway.json</c> where.</summary>
    public async Task Start()
    {
        await _app.StartAsync();
        var started = new JsonObject
        {
            ["pid"] = Environment.ProcessId,
            ["proxyPort"] = ProxyPort,
            ["adminPort"] = AdminPort,
            ["startedAt"] = _time.GetUtcNow().UtcDateTime,
        };
        Durable.Replace(
            Path.Combine(_options.State, "gateway.json"), Encoding.UTF8.GetBytes(started.ToJsonString(Json.Options)));
    }

    /// <summary>Accepts nothing new and lets what is in flight finish.</summary>
    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _lock.DisposeAsync();
    }

    private static FileStream Lock(string state)
    {
        var path = Path.Combine(state, "gateway.lock");
        try
        {
            // The system frees it with the process, however that ends.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"{path}: another gateway uses this state folder; stop it or choose another --state", error);
        }
    }

    private WebApplication Build(Func<Guid> newId)
    {
        var metrics = new GatewayMetrics(_time.GetUtcNow());
        var routing = new Routing(metrics, _time);
        var store = new EntityStore(new StateFile(_options.State), routing.Apply, _time, newId);
        var admin = new AdminApi(store, metrics, _options.DbLess, newId());
        var proxy = new Forwarder(routing, metrics, _time);

        // The empty builder reads no settings file and no ASPNETCORE_ variable, which could add listeners.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _options.ShutdownTimeout);
        var app = builder.Build();
        app.Run(context => IsAdmin(context) ? admin.Handle(context) : Guarded(context, proxy));
        return app;
    }

    private bool IsAdmin(HttpContext context) => context.Connection.LocalPort == _admin!.IPEndPoint!.Port;

    private static async Task Guarded(HttpContext context, Forwarder proxy)
    {
        try
        {
            await proxy.Handle(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away while it was being answered.
        }
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;

        // Bodies and their pace are between the client and the service; the Admin API bounds its own.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(_options.Address, _options.ProxyPort, listen => Http1(_proxy = listen));
        kestrel.Listen(_options.Address, _options.AdminPort, listen => Http1(_admin = listen));
    }

    private static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
}
