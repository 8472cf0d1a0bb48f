using Release.Configuration;
using Release.Output;

namespace Release.Tests.Configuration;

public sealed class ResolvingPlaceholders : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("placeholders-");
    private readonly SecretMask _mask = new();
    private readonly List<string> _warnings = [];
    private readonly Placeholders _placeholders;

    public ResolvingPlaceholders() => _placeholders = new(
        new()
        {
            Root = _root.FullName,
            Variable = name => name switch { "TOKEN" => "hunter2000", "PIN" => "123", "BLANK" => " ", _ => null },
            Named = name => name == "gateway.admin" ? "http://127.0.0.1:8001" : null,
            Warn = _warnings.Add,
        },
        _mask);

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("Bearer ${env:TOKEN}", "Bearer hunter2000")]
    [InlineData("${gateway.admin}/status", "http://127.0.0.1:8001/status")]
    [InlineData("$${env:TOKEN} $x ${gateway.admin}${env:PIN}", "${env:TOKEN} $x http://127.0.0.1:8001123")]
    public void Values_take_the_place_of_placeholders(string text, string resolved)
        => _placeholders.Resolve(text).ShouldBe(resolved);

    [Fact]
    public void A_resolved_secret_is_masked_from_then_on()
    {
        _mask.Mask("hunter2000").ShouldBe("hunter2000");
        _placeholders.Resolve("${env:TOKEN}");
        _mask.Mask("hunter2000").ShouldBe("***");
        _placeholders.Resolve("${gateway.admin}");
        _mask.Mask("http://127.0.0.1:8001").ShouldBe("http://127.0.0.1:8001", "an address is no secret");
    }

    [Fact]
    public void A_secret_file_loses_its_line_end_and_is_masked()
    {
        File.WriteAllText(Path.Combine(_root.FullName, "secret"), "from-a-file\n");
        _placeholders.Resolve("<${file:secret}>").ShouldBe("<from-a-file>");
        _mask.Mask("from-a-file").ShouldBe("***");
    }

    [Fact]
    public void A_secret_too_short_to_mask_is_warned_about()
    {
        _placeholders.Resolve("${env:PIN}");
        _warnings.ShouldBe(["${env:PIN} is shorter than 4 characters: it is not masked in outputs."]);
    }

    [Theory]
    [InlineData("${env:MISSING}", "${env:MISSING} is not set: export MISSING with the secret.")]
    [InlineData("${env:BLANK}", "${env:BLANK} is blank: put the secret there.")]
    [InlineData("${gateway.traffic}", "${gateway.traffic} has no value yet: what it names was not started.")]
    public void A_placeholder_without_a_value_is_named(string text, string message)
        => Should.Throw<PlaceholderException>(() => _placeholders.Resolve(text)).Message.ShouldBe(message);

    [Fact]
    public void A_file_that_is_missing_or_too_large_is_named()
    {
        Should.Throw<PlaceholderException>(() => _placeholders.Resolve("${file:none}")).Message.ShouldStartWith("${file:none} cannot be read: ");
        File.WriteAllText(Path.Combine(_root.FullName, "large"), new('x', 70_000));
        Should.Throw<PlaceholderException>(() => _placeholders.Resolve("${file:large}")).Message.ShouldBe("${file:large} is larger than 64 KiB: it is no secret.");
    }

    [Fact]
    public void What_is_shown_has_addresses_and_no_secrets()
        => _placeholders.Show("${gateway.admin}/?key=${env:TOKEN}").ShouldBe("http://127.0.0.1:8001/?key=${env:TOKEN}");
}
