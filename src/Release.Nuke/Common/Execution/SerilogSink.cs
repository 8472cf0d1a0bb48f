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

    public static void Install()
        => Log.Logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new SerilogSink()).CreateLogger();

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, text);
        BuildRun.Current?.Log.Write((Severity)(int)logEvent.Level, text.ToString(), logEvent.Exception);
    }
}
