using System.Text;
using Release.Configuration;

namespace Release.Runbooks;

/// <summary>
/// Reads and validates a runbook's file, against the environment that names it: every error at once, with file, line, JSON
/// path and the nearest name.
/// </summary>
public static class RunbookFile
{
    private const int Largest = 4 * 1024 * 1024;

    /// <summary>Reads the file that an environment names, beside its own.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <param name="environment">The environment; <see cref="EnvironmentOptions.Runbook"/> must not be null.</param>
    /// <param name="types">The kinds of ties.</param>
    /// <exception cref="ConfigurationException">It is not there, or something is wrong with it.</exception>
    public static Runbook Load(string root, EnvironmentOptions environment, OptionTypes types)
    {
        var file = Path.Combine(Path.GetDirectoryName(EnvironmentFile.FileOf(environment.Name))!, environment.Runbook!).Replace('\\', '/');
        return Parse(Read(Path.Combine(root, file), file, environment), file, environment, types);
    }

    /// <summary>Reads a runbook that is at hand.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="file">Where it is from, for errors.</param>
    /// <param name="environment">The environment that it is for.</param>
    /// <param name="types">The kinds of ties.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with it.</exception>
    public static Runbook Parse(string text, string file, EnvironmentOptions environment, OptionTypes types)
    {
        var source = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        var errors = new ConfigurationErrors(file);
        RunbookOptions? options = null;
        if (JsonText.Read(source, errors) is { } json)
        {
            options = (RunbookOptions?)new OptionsBinder(types, errors).Record(typeof(RunbookOptions), json);
            foreach (var (at, problem) in options is null ? [] : new RunbookNames(options, environment).Problems(json))
            {
                if (!errors.Has(at))
                {
                    errors.Add(at, problem);
                }
            }
        }

        errors.ThrowIfAny();
        return new Runbook(file, options!, source, Sha256.HexOf(Encoding.UTF8.GetBytes(source)));
    }

    /// <summary>Refuses ties to steps that no run of the environment has. Only whoever knows its drivers knows its steps.</summary>
    /// <param name="runbook">A runbook that is right otherwise.</param>
    /// <param name="steps">The ids of the steps that runs have.</param>
    /// <exception cref="ConfigurationException">A line names another one.</exception>
    public static void RequireSteps(Runbook runbook, IReadOnlyCollection<string> steps)
    {
        var errors = new ConfigurationErrors(runbook.File);
        var json = JsonText.Read(runbook.Source, errors)!;
        var toCome = runbook.Options.ToCome;
        for (var i = 0; i < runbook.Options.Lines.Count; i++)
        {
            var ties = runbook.Options.Lines[i].ShownBy;
            for (var j = 0; j < ties.Count; j++)
            {
                if (ties[j] is StepTieOptions { Id: var id } && !toCome.Contains(id) && !steps.Any(step => TiePattern.Matches(id, step)))
                {
                    errors.Add(RunbookNames.TieAt(json, i, j)["id"]!, $"no step of this environment is called {JsonText.Quoted(id)}. {Nearest.Hint(id, steps)}");
                }
            }
        }

        errors.ThrowIfAny();
    }

    private static string Read(string path, string file, EnvironmentOptions environment)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            var bytes = new byte[Largest + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= Largest
                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length)
                : throw new ConfigurationException(file, "is larger than 4 MiB: it is no runbook. Remove what does not belong into it");
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigurationException(file, "is not UTF-8 text: save it as UTF-8");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException(file, $"does not exist, and {EnvironmentFile.FileOf(environment.Name)} names it as \"runbook\": make it (docs/runbook.md), or remove the key");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, $"cannot be read: {problem.Message.TrimEnd('.')}. Make it readable for you (ls -l {file})");
        }
    }
}
