using System.Security.Cryptography;

namespace Release;

/// <summary>A digest of what comes in pieces.</summary>
public sealed class RunningSha256 : IDisposable
{
    private readonly IncrementalHash? _native;
    private readonly uint[] _state = [.. Sha256.Start];
    private readonly byte[] _rest = new byte[Sha256.Block];
    private int _waiting;
    private long _length;

    /// <summary>Begins one.</summary>
    public RunningSha256()
        : this(ours: !Sha256.HasOpenSsl)
    {
    }

    internal RunningSha256(bool ours) => _native = ours ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest of what is left of a stream, as 64 lower-case hexadecimal digits.</summary>
    public static async Task<string> HexOf(Stream stream, CancellationToken cancellation)
    {
        using var hash = new RunningSha256();
        var buffer = new byte[128 * 1024];
        for (int got; (got = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            hash.Append(buffer.AsSpan(0, got));
        }

        return hash.ToHex();
    }

    /// <summary>Takes the next piece.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_native is not null)
        {
            _native.AppendData(bytes);
            return;
        }

        _length += bytes.Length;
        if (_waiting > 0)
        {
            var taken = Math.Min(Sha256.Block - _waiting, bytes.Length);
            bytes[..taken].CopyTo(_rest.AsSpan(_waiting));
            _waiting += taken;
            bytes = bytes[taken..];
            if (_waiting < Sha256.Block)
            {
                return;
            }

            Sha256.Add(_state, _rest);
        }

        var whole = bytes.Length / Sha256.Block * Sha256.Block;
        Sha256.Add(_state, bytes[..whole]);
        bytes[whole..].CopyTo(_rest);
        _waiting = bytes.Length - whole;
    }

    /// <summary>Ends it: 64 lower-case hexadecimal digits.</summary>
    public string ToHex()
    {
        var digest = new byte[Sha256.Size];
        if (_native is not null)
        {
            _ = _native.GetHashAndReset(digest);
        }
        else
        {
            Sha256.Finish(_state, _rest.AsSpan(0, _waiting), _length, digest);
        }

        return Convert.ToHexStringLower(digest);
    }

    /// <inheritdoc/>
    public void Dispose() => _native?.Dispose();
}
