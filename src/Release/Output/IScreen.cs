using Release.Views;

namespace Release.Output;

/// <summary>
/// What a person reads while a command runs. Everything is filtered and masked before it is shown. Every member may be
/// called from any thread, returns at once and never throws: what informs must not stop a release.
/// </summary>
public interface IScreen
{
    /// <summary>
    /// Gets a value indicating whether <see cref="Show"/> is seen: then what the picture of the run tells need not be said
    /// in lines.
    /// </summary>
    bool IsLive => false;

    /// <summary>One line of progress or result. It stays.</summary>
    void Line(string text);

    /// <summary>One line that must not be missed. It stays.</summary>
    void Warn(string text);

    /// <summary>How far a wait is. The next one takes its place where a screen can do that; elsewhere it is a line.</summary>
    void Passing(string text) => Line(text);

    /// <summary>The run as its journal has it now; called after each record.</summary>
    /// <param name="picture">Draws it; called at once or not at all.</param>
    void Show(Func<RunPicture> picture)
    {
    }
}
