using System.Security.Cryptography;
using System.Text;

namespace Release.Tests.Journal;

/// <summary>A machine without OpenSSL: our own computation gives what everybody else's gives.</summary>
public class HashingWithoutOpenSsl
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_examples_of_the_standard_hold(string text, string digest) => Computed(Encoding.ASCII.GetBytes(text)).ShouldBe(digest);

    [Fact]
    public void Every_length_around_two_blocks_gives_the_same_as_the_system()
    {
        var bytes = Enumerable.Range(0, 300).Select(i => (byte)(i * 7)).ToArray();
        for (var length = 0; length <= bytes.Length; length++)
        {
            Computed(bytes.AsSpan(0, length)).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void What_comes_in_pieces_gives_the_same(int piece)
    {
        var bytes = Enumerable.Range(0, 1000).Select(i => (byte)(i * 13)).ToArray();
        using var hash = new RunningSha256(ours: true);
        foreach (var part in bytes.Chunk(piece))
        {
            hash.Append(part);
        }

        hash.ToHex().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static string Computed(ReadOnlySpan<byte> bytes)
    {
        var digest = new byte[Sha256.Size];
        Sha256.Compute(bytes, digest);
        return Convert.ToHexStringLower(digest);
    }
}
