using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Finds everything that the scheduled targets require and do not have, before the first of them runs.</summary>
internal static class Requirements
{
    public static List<Missing> Find(NukeBuild build, ParameterTable table, IEnumerable<ExecutableTarget> scheduled)
    {
        var wantedBy = new List<Missing>();
        foreach (var parameter in table.All.SelectMany(parameter => table.Find(parameter.Key)))
        {
            if (parameter.IsRequired && IsMissing(Reading.Value(parameter.Member, build)))
            {
                Note(HowToGive(parameter), parameter, null);
            }
        }

        foreach (var member in table.OtherRequired.Where(member => IsMissing(Reading.Value(member, build))))
        {
            Note($"{member.Name} has no value", null, null);
        }

        foreach (var target in scheduled)
        {
            foreach (var requirement in target.DelegateRequirements)
            {
                if (ProblemOf(requirement) is var (problem, parameter, speaksForItself))
                {
                    Note(problem, parameter, speaksForItself ? null : target.Name, speaksForItself);
                }
            }
        }

        return wantedBy;

        void Note(string problem, BuildParameter? parameter, string? target, bool speaksForItself = false)
        {
            var known = wantedBy.Find(missing => missing.Problem == problem);
            if (known is null)
            {
                known = new Missing(problem, parameter, []) { SpeaksForItself = speaksForItself };
                wantedBy.Add(known);
            }

            if (target is not null && !known.Targets.Contains(target))
            {
                known.Targets.Add(target);
            }
        }
    }

    private static (string Problem, BuildParameter? Parameter, bool SpeaksForItself)? ProblemOf(LambdaExpression requirement)
    {
        var body = Reading.Unwrapped(requirement.Body);
        object? value;
        try
        {
            value = Reading.Evaluate(requirement.Body);
        }
#pragma warning disable CA1031 // A condition may rest on a value that is itself missing; that one must still be named.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var cause = exception.GetBaseException();
            return IsOfTheRuntime(cause)
                ? ($"requirement not met: {Readable(body)} ({cause.Message.TrimEnd('.')})", null, false)
                : (cause.Message.TrimEnd('.'), null, true);
        }

        var parameter = body is MemberExpression { Member: var member } ? ParameterOf(member) : null;

        if (value is bool holds && requirement.ReturnType == typeof(bool))
        {
            return holds ? null
                : parameter is not null ? (HowToGive(parameter), parameter, false)
                : ($"requirement not met: {Readable(body)}", null, false);
        }

        return !IsMissing(value) ? null
            : parameter is not null ? (HowToGive(parameter), parameter, false)
            : ($"{Readable(body)} has no value", null, false);
    }

    // Who declares an exception of their own and throws it from a condition has written its message for a person.
    private static bool IsOfTheRuntime(Exception exception)
        => exception.GetType().Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));

    private static BuildParameter? ParameterOf(MemberInfo member)
        => member.GetCustomAttribute<ParameterAttribute>() is { } attribute ? new BuildParameter(member, attribute) : null;

    private static string HowToGive(BuildParameter parameter)
        => $"{parameter.Flag} is missing ({(parameter.Description is { Length: > 0 } text ? text.TrimEnd('.') + "; " : "")}"
            + $"or {Names.Variable(parameter.Name)})";

    private static bool IsMissing(object? value) => value is null or "" or Array { Length: 0 };

    // Expressions print members of `this` as value(Build).Name.
    private static string Readable(Expression expression)
    {
        var text = expression.ToString();
        for (var start = text.IndexOf("value(", StringComparison.Ordinal); start >= 0;
            start = text.IndexOf("value(", StringComparison.Ordinal))
        {
            var end = text.IndexOf(").", start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            text = text.Remove(start, end + 2 - start);
        }

        return text;
    }
}

/// <param name="Problem">What is missing and how to give it, without a full stop.</param>
/// <param name="Parameter">The parameter that would settle it; null where none would by itself.</param>
/// <param name="Targets">Which targets need it; empty where every run does.</param>
internal sealed record Missing(string Problem, BuildParameter? Parameter, List<string> Targets)
{
    /// <summary>Gets whether it is the build's own message, which says what to do next.</summary>
    public bool SpeaksForItself { get; init; }

    public override string ToString()
        => Targets.Count == 0 ? $"{Problem}." : $"{Problem}; required by {string.Join(", ", Targets)}.";
}
