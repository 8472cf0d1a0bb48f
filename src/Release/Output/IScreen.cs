namespace Release.Output;

/// <summary>What a person reads while a command runs. Everything is filtered and masked before it is shown.</summary>
public interface IScreen
{
    /// <summary>One line of progress or result.</summary>
    void Line(string text);

    /// <summary>One line that must not be missed.</summary>
    void Warn(string text);
}
