using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Finds everything that the scheduled targets require and do not have, before the first of them runs.</summary>
internal static class Requirements
{
    public static List<string> Missing(NukeBuild build, ParameterTable table, IEnumerable<ExecutableTarget> scheduled)
    {
        var wantedBy = new List<Want>();
        foreach (var parameter in table.All.SelectMany(parameter => table.Find(parameter.Key)))
        {
            if (parameter.IsRequired && IsMissing(Reading.Value(parameter.Member, build)))
            {
                Note(HowToGive(parameter), null);
            }
        }

        foreach (var member in table.OtherRequired.Where(member => IsMissing(Reading.Value(member, build))))
        {
            Note($"{member.Name} has no value", null);
        }

        foreach (var target in scheduled)
        {
            foreach (var requirement in target.DelegateRequirements)
            {
                if (ProblemOf(requirement, out var speaksForItself) is { } problem)
                {
                    Note(problem, speaksForItself ? null : target.Name);
                }
            }
        }

        return [.. wantedBy.Select(static missing => missing.Sentence)];

        void Note(string problem, string? target)
        {
            var known = wantedBy.Find(missing => missing.Problem == problem);
            if (known is null)
            {
                known = new Want(problem, []);
                wantedBy.Add(known);
            }

            if (target is not null && !known.Targets.Contains(target))
            {
                known.Targets.Add(target);
            }
        }
    }

    private static string? ProblemOf(LambdaExpression requirement, out bool speaksForItself)
    {
        var body = Reading.Unwrapped(requirement.Body);
        speaksForItself = false;
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
            speaksForItself = !IsOfTheRuntime(cause);
            return speaksForItself ? cause.Message : $"requirement not met: {Readable(body)} ({cause.Message.TrimEnd('.')})";
        }

        if (value is bool holds && requirement.ReturnType == typeof(bool))
        {
            return holds ? null
                : body is MemberExpression { Member: var flag } && ParameterOf(flag) is { } option ? HowToGive(option)
                : $"requirement not met: {Readable(body)}";
        }

        return !IsMissing(value) ? null
            : body is MemberExpression { Member: var member } && ParameterOf(member) is { } parameter ? HowToGive(parameter)
            : $"{Readable(body)} has no value";
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

    private sealed record Want(string Problem, List<string> Targets)
    {
        public string Sentence => $"{Problem.TrimEnd('.')}{(Targets.Count == 0 ? "" : $"; required by {string.Join(", ", Targets)}")}.";
    }
}
