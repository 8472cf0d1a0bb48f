using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

#if GATEWAY
namespace Release.Gateway;
#elif NUKE
namespace Nuke.Common.Execution;
#else
namespace Release;
#endif

/// <summary>
/// SHA-256 (FIPS 180-4) also where there is no OpenSSL: .NET hashes with it on Linux and aborts the whole process where it
/// cannot be loaded. On a bare machine a rollback must work all the same (invariant 14), so there it is computed here.
/// </summary>
#if GATEWAY || NUKE
internal static class Sha256
#else
public static class Sha256
#endif
{
    /// <summary>How many bytes a digest has.</summary>
    public const int Size = 32;

    internal const int Block = 64;

    // What the runtime itself looks for, newest first.
    private static readonly string[] Libraries = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    internal static readonly uint[] Start = [.. Primes(8).Select(p => Fraction(Math.Sqrt(p)))];
    private static readonly uint[] Rounds = [.. Primes(Block).Select(p => Fraction(Math.Cbrt(p)))];

    /// <summary>Gets a value indicating whether this machine has what .NET needs for cryptography: hashes, and TLS.</summary>
    public static bool HasOpenSsl { get; } = !OperatingSystem.IsLinux() || FindsOpenSsl();

    /// <summary>The digest of bytes.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> bytes)
    {
        var digest = new byte[Size];
        HashData(bytes, digest);
        return digest;
    }

    /// <summary>The digest of bytes, into <paramref name="digest"/>.</summary>
    public static void HashData(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        if (HasOpenSsl)
        {
            _ = SHA256.HashData(bytes, digest);
        }
        else
        {
            Compute(bytes, digest);
        }
    }

    /// <summary>The digest of bytes, as 64 lower-case hexadecimal digits.</summary>
    public static string HexOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(HashData(bytes));

    /// <summary>The same by our own computation, whatever this machine has.</summary>
    internal static void Compute(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        Span<uint> state = stackalloc uint[8];
        Start.CopyTo(state);
        var whole = bytes.Length / Block * Block;
        Add(state, bytes[..whole]);
        Finish(state, bytes[whole..], bytes.Length, digest);
    }

    private static bool FindsOpenSsl()
    {
        foreach (var library in Libraries)
        {
            if (NativeLibrary.TryLoad(library, out _))
            {
                return true; // It stays loaded: the runtime asks for it next.
            }
        }

        return false;
    }

    internal static void Add(Span<uint> state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = stackalloc uint[Block];
        var rounds = Rounds.AsSpan();
        for (; blocks.Length >= Block; blocks = blocks[Block..])
        {
            for (var i = 0; i < 16; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt32BigEndian(blocks[(4 * i)..]);
            }

            for (var i = 16; i < Block; i++)
            {
                var (early, late) = (words[i - 15], words[i - 2]);
                var small = BitOperations.RotateRight(early, 7) ^ BitOperations.RotateRight(early, 18) ^ (early >> 3);
                var large = BitOperations.RotateRight(late, 17) ^ BitOperations.RotateRight(late, 19) ^ (late >> 10);
                words[i] = words[i - 16] + small + words[i - 7] + large;
            }

            var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
            for (var i = 0; i < Block; i++)
            {
                var sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
                var first = h + sum1 + ((e & f) ^ (~e & g)) + rounds[i] + words[i];
                var sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
                var second = sum0 + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
            }

            (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
            (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
        }
    }

    // A one bit, zeros, and the length in bits: one block more, or two.
    internal static void Finish(Span<uint> state, ReadOnlySpan<byte> rest, long length, Span<byte> digest)
    {
        Span<byte> end = stackalloc byte[2 * Block];
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        var size = rest.Length < Block - 8 ? Block : 2 * Block;
        BinaryPrimitives.WriteInt64BigEndian(end[(size - 8)..], length * 8);
        Add(state, end[..size]);
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], state[i]);
        }
    }

    // The constants are the first 32 bits of the fractional parts of roots of primes; a double has 52, enough for all of them.
    private static uint Fraction(double root) => (uint)((root - Math.Floor(root)) * 4294967296.0);

    private static IEnumerable<int> Primes(int count) =>
        Enumerable.Range(2, 400).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0)).Take(count);
}
