#nullable disable
using System.Collections;
using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common;

public static class EnvironmentInfo
{
    public static IReadOnlyCollection<string> CommandLineArguments
        => BuildRun.Current?.Surroundings.Arguments ?? Environment.GetCommandLineArgs();

    public static string NewLine => Environment.NewLine;
    public static string MachineName => Environment.MachineName;

    public static AbsolutePath WorkingDirectory
    {
        get => BuildRun.Current?.Surroundings.WorkingDirectory ?? Environment.CurrentDirectory;
        set
        {
            Environment.CurrentDirectory = value;
            BuildRun.Current?.Surroundings.WorkingDirectory = value;
        }
    }

    public static bool IsUnix => !IsWin;
    public static bool IsWin => OperatingSystem.IsWindows();
    public static bool IsLinux => OperatingSystem.IsLinux();
    public static bool IsOsx => OperatingSystem.IsMacOS();
    public static bool IsArm64 => RuntimeInformation.OSArchitecture == Architecture.Arm64;

    public static ReadOnlyDictionary<string, string> Variables
        => new(new Dictionary<string, string>(BuildRun.Current?.Surroundings.Variables ?? OfProcess()));

    internal static string PlatformName => IsWin ? "Windows" : IsOsx ? "macOS" : "Linux";

    public static bool HasArgument(string name)
        => CommandLineArguments.Any(argument => argument.StartsWith('-')
            && Names.Key(argument.Split('=', 2)[0]) == Names.Key(name));

    public static bool HasVariable(string name, bool allowEmpty = true)
        => GetVariable(name) is { } value && (allowEmpty || value.Length > 0);

    /// <summary>Null where it is not set.</summary>
    public static string GetVariable(string name)
        => (BuildRun.Current?.Surroundings.Variables ?? OfProcess()).GetValueOrDefault(name);

    /// <exception cref="BuildFailure">The value cannot be converted.</exception>
    public static T GetVariable<T>(string name, char? separator = null)
    {
        var text = GetVariable(name);
        if (text is null)
        {
            return default;
        }

        var words = separator is { } mark ? text.Split(mark) : [text];
        return ValueConversion.TryConvert(words, typeof(T), out var value, out var expected)
            ? (T)value
            : throw new BuildFailure($"Environment variable {name}: expected {expected}.");
    }

    public static void SetVariable(string name, string value) => Environment.SetEnvironmentVariable(name, value);

    public static IDisposable SwitchWorkingDirectory(this AbsolutePath path)
    {
        var before = WorkingDirectory;
        WorkingDirectory = path;
        return new Returning(before);
    }

    internal static Dictionary<string, string> OfProcess()
    {
        var variables = new Dictionary<string, string>(IsWin ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string)variable.Value;
        }

        return variables;
    }

    private sealed class Returning(AbsolutePath path) : IDisposable
    {
        public void Dispose() => WorkingDirectory = path;
    }
}
