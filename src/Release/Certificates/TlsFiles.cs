using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Release.Certificates;

/// <summary>The PEM files of a TLS connection, absolute paths.</summary>
/// <param name="Ca">The authorities that the other side's certificate must come from; null for the system's.</param>
/// <param name="Certificate">This program's own certificate, with those between it and its authority; null for none.</param>
/// <param name="Key">Its key, without a password.</param>
public sealed record TlsFiles(string? Ca, string? Certificate, string? Key)
{
    /// <summary>Those of a folder as Docker has it: <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>.</summary>
    /// <param name="folder">Its path, absolute.</param>
    public static TlsFiles In(string folder) => new(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));

    /// <summary>Reads the authorities; null for the system's.</summary>
    /// <exception cref="TlsFilesException">The file is not there, or has no certificate.</exception>
    internal X509Certificate2Collection? Authorities() => Ca is null ? null : Read(Ca, () =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Ca);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it has no certificate (-----BEGIN CERTIFICATE-----)");
    });

    /// <summary>Reads the own certificate with its key; null for none.</summary>
    /// <exception cref="TlsFilesException">One of the files is not there, or they do not go together.</exception>
    internal (X509Certificate2 Own, X509Certificate2Collection Between)? Shown() => Certificate is null ? null : Read(Certificate, () =>
    {
        var between = new X509Certificate2Collection();
        between.ImportFromPemFile(Certificate);
        return (X509Certificate2.CreateFromPemFile(Certificate, Key), new X509Certificate2Collection(between.Skip(1).ToArray()));
    });

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException problem)
        {
            // What .NET says of a key without a certificate's public half, or of one that is none.
            throw new TlsFilesException($"{file} and its key do not go together: {problem.Message.Split(" (Parameter", 2)[0]}", problem);
        }
        catch (CryptographicException problem)
        {
            throw new TlsFilesException($"{file}: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TlsFilesException(problem.Message, problem);
        }
    }
}

/// <summary>A file of a TLS connection cannot be used: nothing was sent.</summary>
/// <param name="message">Which file, and what is wrong with it.</param>
/// <param name="cause">What the system said.</param>
public sealed class TlsFilesException(string message, Exception cause) : Exception(message, cause);
