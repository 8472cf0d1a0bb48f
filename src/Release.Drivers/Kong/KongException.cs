namespace Release.Drivers.Kong;

/// <summary>Kong could not be asked, or said no. The message may be shown.</summary>
/// <param name="message">What was asked, of which address, and what came back.</param>
/// <param name="cause">What the system said, or null.</param>
public abstract class KongException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Kong did not answer: whether it did what it was asked is not known.</summary>
/// <param name="message">What was asked, of which address, and what happened instead of an answer.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class KongUnavailableException(string message, Exception? cause = null) : KongException(message, cause);

/// <summary>Kong answered that it will not.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What was asked, and Kong's own words.</param>
public sealed class KongRefusedException(int status, string message) : KongException(message)
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status => status;
}
