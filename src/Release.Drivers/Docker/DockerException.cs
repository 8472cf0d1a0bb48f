namespace Release.Drivers.Docker;

/// <summary>A Docker Engine could not be asked, or said no. The message may be shown.</summary>
/// <param name="message">What was asked, of which engine, and what came back.</param>
/// <param name="status">The HTTP status, or null when there was no answer that can be relied on.</param>
/// <param name="cause">What the system said, or null.</param>
public abstract class DockerException(string message, int? status, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Gets the HTTP status; null when there was no answer that can be relied on.</summary>
    public int? Status => status;
}

/// <summary>The engine gave no answer, not all of it, or one that makes no sense: whether it did what it was asked is not known.</summary>
/// <param name="message">What was asked, of which engine, and what happened instead of an answer.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class DockerUnavailableException(string message, Exception? cause = null) : DockerException(message, null, cause);

/// <summary>
/// The engine answered that it will not, or that it failed. Note that it says 500 where others say 409 (a host port that
/// is taken, for example), and that what it failed at may be half done.
/// </summary>
/// <param name="status">The HTTP status; 200 when the refusal came in the middle of a body.</param>
/// <param name="message">What was asked, and the engine's own words, filtered.</param>
public sealed class DockerRefusedException(int status, string message) : DockerException(message, status);
