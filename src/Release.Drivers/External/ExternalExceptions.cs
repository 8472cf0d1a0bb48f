namespace Release.Drivers.External;

/// <summary>A driver's program did not do what it was asked. The message may be shown: filtered and masked.</summary>
/// <param name="message">Which program, which call, what was expected and what came.</param>
/// <param name="cause">What the system said, or null.</param>
public abstract class ExternalException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>It did not answer: whether it did what it was asked is not known.</summary>
/// <param name="message">Which program, which call, what was expected and what came.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class ExternalSilentException(string message, Exception? cause = null) : ExternalException(message, cause);

/// <summary>It answered no.</summary>
/// <param name="message">Which program, which call, and the program's own words.</param>
public sealed class ExternalRefusedException(string message) : ExternalException(message);
