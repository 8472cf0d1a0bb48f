using System.Security.Cryptography;
using System.Text;

namespace Release.Tests.Tools;

/// <summary>How a packed program says the next command, and its digest.</summary>
public sealed class NamingOneself : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("release-program-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("/usr/bin/release", "/srv", "", "/usr/bin/release")]
    [InlineData("/media/usb/release", "/media/usb", "", "./release")]
    [InlineData("/release", "/", "--root /srv/shop Status", "./release --root /srv/shop")]
    [InlineData("/r/release", "/", "Status --ROOT=/srv/shop", "/r/release --root /srv/shop")]
    [InlineData("/r/release", "/", "Status --root", "/r/release")]
    [InlineData("/my disk/release", "/", "--root $(x)", "'/my disk/release' --root '$(x)'")]
    public void The_next_command_can_be_copied(string program, string folder, string arguments, string command) =>
        OwnProgram.CommandOf(program, folder, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(command);

    [Fact]
    public async Task The_digest_of_a_compiled_build_is_what_sha256sum_says_of_its_assemblies()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "b.dll"), "two");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "A.dll"), "one");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "c.txt"), "three");

        // sha256sum *.dll | sha256sum, with LC_ALL=C
        var lines = $"{Hex("one")}  A.dll\n{Hex("two")}  b.dll\n";
        (await OwnProgram.DigestOf(_folder.FullName)).ShouldBe(Hex(lines));
    }

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
