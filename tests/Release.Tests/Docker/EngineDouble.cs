using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Release.Drivers.Docker;

namespace Release.Tests.Docker;

/// <summary>Something that answers on a Unix socket as an engine does, or as the test says.</summary>
internal sealed class EngineDouble : IAsyncDisposable
{
    public const string Version = "{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\",\"Os\":\"linux\",\"Arch\":\"amd64\"}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");
    private readonly WebApplication _app;

    private EngineDouble(RequestDelegate answer, HttpsConnectionAdapterOptions? tls = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            if (tls is null)
            {
                kestrel.ListenUnixSocket(Path.Combine(_folder.FullName, "d.sock"));
            }
            else
            {
                kestrel.Listen(IPAddress.Loopback, 0, listening => listening.UseHttps(tls));
            }
        });
        _app = builder.Build();
        _app.Run(context =>
        {
            Asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return context.Request.Path == "/version" ? context.Response.WriteAsync(VersionText) : answer(context);
        });
    }

    public ConcurrentQueue<string> Asked { get; } = new();

    public string VersionText { get; set; } = Version;

    public DockerHost Host => DockerHost.Parse($"unix://{_folder.FullName}/d.sock");

    /// <summary>Gets the port of one that listens over TLS.</summary>
    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public static async Task<EngineDouble> Start(RequestDelegate answer, HttpsConnectionAdapterOptions? tls = null)
    {
        var engine = new EngineDouble(answer, tls);
        await engine._app.StartAsync();
        return engine;
    }

    /// <summary>One that answers everything with this.</summary>
    public static Task<EngineDouble> Answering(int status, string body) => Start(context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
