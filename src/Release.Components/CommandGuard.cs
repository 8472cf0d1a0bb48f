using Release.Configuration;
using Release.Journal;
using Release.Runs;
using Release.Tools;

namespace Release.Components;

/// <summary>Turns whatever a target of a build comes to into an exit code and a last line.</summary>
internal sealed class CommandGuard(IRelease build, StopSignal stop, OpenEnvironments environments)
{
    /// <summary>Runs a target. Everything that can go wrong for a person's or a peer's reason ends in one line and a code, never in a stack trace.</summary>
    public async Task Run(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ReleaseException error)
        {
            CommandEnd.Result ??= RunResult.Of(error);
            build.ExitCode = (int)error.Status;
            throw new ReleaseException(error.Status, CommandEnd.Result.Brief);
        }
        catch (ConfigurationException error)
        {
            CommandEnd.Result = new RunResult(ExitStatus.Usage, "The configuration is wrong; nothing was touched.", "Mend the lines above and run the command again.");
            build.ExitCode = (int)ExitStatus.Usage;
            throw new ReleaseException(ExitStatus.Usage, error.Message);
        }
        catch (Exception error) when (error is LeaseLostException or JournalFailedException)
        {
            CommandEnd.Result = new RunResult(ExitStatus.Open, error.Message, $"Look: {OwnProgram.Command} Status; then Resume or Rollback.");
            build.ExitCode = (int)ExitStatus.Open;
            throw new ReleaseException(ExitStatus.Open, CommandEnd.Result.Brief);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            CommandEnd.Result = new RunResult(ExitStatus.Open, error.Message, $"What was begun is in the journal. Look: {OwnProgram.Command} Status.");
            build.ExitCode = (int)ExitStatus.Open;
            throw new ReleaseException(ExitStatus.Open, CommandEnd.Result.Brief);
        }
        catch (OperationCanceledException) when (stop.Cause is StopCause.Interrupted signal)
        {
            build.ExitCode = 128 + signal.Signal;
            CommandEnd.Result = new RunResult((ExitStatus)(128 + signal.Signal), "Interrupted before anything was changed.");
            throw;
        }
    }

    /// <summary>Ends a target: the command says this, and one that did not end well fails.</summary>
    public void Finish(RunResult result)
    {
        CommandEnd.Result = result;
        build.ExitCode = (int)result.Status;
        if (!result.IsSuccess)
        {
            throw new ReleaseException(result.Status, result.Brief);
        }
    }

    /// <summary>Reads what a command asks for, before the first target begins: what is wrong with the words is refused, whatever else is wrong is met again by the target itself.</summary>
    public bool Understood(Action read)
    {
        try
        {
            read();
        }
        catch (ConfigurationException error)
        {
            throw CommandEnd.Refused(new ReleaseException(ExitStatus.Usage, $"{error.Message}{System.Environment.NewLine}Nothing was touched: mend this, then run the command again."));
        }
        catch (ReleaseException error) when (error.Status is ExitStatus.Usage)
        {
            throw CommandEnd.Refused(error);
        }
#pragma warning disable CA1031 // whatever else it is, the target meets it again and ends as it should
        catch (Exception)
#pragma warning restore CA1031
        {
            environments.Clear();
        }

        return true;
    }
}
