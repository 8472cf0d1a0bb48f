using System.Linq.Expressions;
using System.Runtime.InteropServices;

namespace Nuke.Common.Execution;

/// <summary>Gives a run the process's own arguments, environment, console, clock and signals.</summary>
internal static class ProcessEntry
{
    public static int Execute<T>(Expression<Func<T, Target>>[] defaults)
        where T : NukeBuild, new()
    {
        using var interruption = new Interruption();
        using var interrupt = On(PosixSignal.SIGINT, Interruption.Interrupted, interruption);
        using var terminate = On(PosixSignal.SIGTERM, Interruption.Terminated, interruption);
        using var hangUp = On(PosixSignal.SIGHUP, Interruption.Terminated, interruption); // a closed terminal
        var variables = EnvironmentInfo.OfProcess();
#pragma warning disable RS0030 // This stands in for Main, which names the system clock.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var surroundings = new Surroundings
        {
            Arguments = Environment.GetCommandLineArgs()[1..],
            Variables = variables,
            Out = Console.Out,
            Error = Console.Error,
            WorkingDirectory = Environment.CurrentDirectory,
            Clock = clock,
            Interruption = interruption,
            // Asking for the width makes the runtime set the keypad up, which is a control code: not where none are wanted.
            Width = ConsoleColours.AreTaken(variables, !Console.IsOutputRedirected) ? ColumnsOfTerminal() : null,
            Prompt = variables.ContainsKey("CI") ? null : TerminalPrompt.Find(),
            OutTakesColours = ConsoleColours.AreTaken(variables, !Console.IsOutputRedirected),
            ErrorTakesColours = ConsoleColours.AreTaken(variables, !Console.IsErrorRedirected),
        };
#pragma warning disable VSTHRD002 // The signature is NUKE's and synchronous; this is the main thread, and no context waits on it.
        return BuildRun.Execute(surroundings, defaults).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    // 0 where the terminal does not say.
    private static int? ColumnsOfTerminal()
    {
        try
        {
            return Console.WindowWidth is > 0 and var columns ? columns : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static PosixSignalRegistration On(PosixSignal signal, int exitCode, Interruption interruption)
        => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!interruption.Raise(exitCode))
            {
#pragma warning disable RS0030 // The second signal is a person's word that nothing more is to be waited for; Main cannot return now.
                Environment.Exit(exitCode);
#pragma warning restore RS0030
            }
        });
}
