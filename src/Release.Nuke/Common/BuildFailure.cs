namespace Nuke.Common;

#pragma warning disable CA1064 // The real Nuke.Common has no such public type, and a build file must not come to need it.
/// <summary>A failure whose message is meant for a person and says where, what and what next: shown without a stack trace.</summary>
internal sealed class BuildFailure(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The graph was used or declared wrongly: all problems at once, nothing has run, exit code 2.</summary>
internal sealed class UsageFailure(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public UsageFailure(string problem)
        : this([problem])
    {
    }

    public IReadOnlyList<string> Problems { get; } = problems;
}
