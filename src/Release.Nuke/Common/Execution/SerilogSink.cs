using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Nuke.Common.Execution;

/// <summary>Brings what a build says through <see cref="Serilog.Log"/> into the run's log.</summary>
internal sealed class SerilogSink : ILogEventSink
{
    private readonly MessageTemplateTextFormatter _message = new("{Message:l}", CultureInfo.InvariantCulture);

    private static int Installed;

    /// <summary>
    /// Waits until the build first names Serilog: setting its logger loads it, which takes every start some 20 ms, also
    /// where nothing is logged. The runtime tells of the load before the call that caused it goes on.
    /// </summary>
    public static void InstallWhenLoaded()
    {
        if (Interlocked.Exchange(ref Installed, 1) != 0)
        {
            return;
        }

        var domain = AppDomain.CurrentDomain;
        if (Array.Exists(domain.GetAssemblies(), static assembly => assembly.GetName().Name == "Serilog"))
        {
            Install();
            return;
        }

        domain.AssemblyLoad += static (_, loaded) =>
        {
            if (loaded.LoadedAssembly.GetName().Name == "Serilog")
            {
                Install();
            }
        };
    }

    private static void Install()
        => Log.Logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new SerilogSink()).CreateLogger();

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, text);
        BuildRun.Current?.Log.Write((Severity)(int)logEvent.Level, text.ToString(), logEvent.Exception);
    }
}
