using System.Globalization;
using System.Text;
using Release.Output;

namespace Release.Tests.Output;

public sealed class MaskingSecrets
{
    private const string Secret = "p\"ss wörd/+%";
    private readonly SecretMask _mask = new();

    [Theory]
    [InlineData(Secret)]
    [InlineData("p%22ss%20w%C3%B6rd%2F%2B%25")]
    [InlineData("p%22ss%20w%c3%b6rd%2f%2b%25")]
    [InlineData("p%22ss+w%C3%B6rd%2F%2B%25")]
    [InlineData("p\\\"ss wörd/+%")]
    [InlineData("p\\u0022ss w\\u00F6rd/\\u002B%")]
    public void A_secret_is_masked_in_every_form(string form)
    {
        _mask.Register(Secret).ShouldBeTrue();
        _mask.Mask($"before {form} after").ShouldBe("before *** after");
    }

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("us")]
    [InlineData("user:")]
    public void A_secret_is_masked_inside_base64(string before)
    {
        _mask.Register("hunter2-and-more");
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + "hunter2-and-more" + "!"));
        var masked = _mask.Mask($"Basic {encoded}");
        masked.ShouldContain("***");
        (masked.Length - "Basic ***".Length).ShouldBeLessThanOrEqualTo(12, masked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a")]
    [InlineData(" abc\n")]
    public void A_secret_too_short_to_mask_is_refused(string secret)
    {
        _mask.Register(secret).ShouldBeFalse();
        _mask.Mask("a abc  text").ShouldBe("a abc  text");
    }

    [Fact]
    public void The_line_end_of_a_secret_file_does_not_count()
    {
        _mask.Register("from-a-file\n");
        _mask.Mask("x=from-a-file;").ShouldBe("x=***;");
    }

    [Fact]
    public void The_lines_of_a_private_key_are_masked_one_by_one()
    {
        _mask.Register("-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEFAA\n-----END KEY-----");
        _mask.Mask("log: MIIEvQIBADANBg").ShouldBe("log: ***");
    }

    [Fact]
    public void The_longest_secret_wins()
    {
        _mask.Register("abcd");
        _mask.Register("abcdefgh");
        _mask.Mask("abcdefgh abcdef").ShouldBe("*** ***ef");
    }

    [Fact]
    public void Overlapping_secrets_leave_no_end_behind()
    {
        _mask.Register("token-1234");
        _mask.Register("1234-tail");
        _mask.Mask("<token-1234-tail>").ShouldBe("<***>");
    }

    [Fact]
    public void A_zero_width_character_inside_a_secret_does_not_save_it()
    {
        _mask.Register("hunter2000");
        _mask.Shown("hunt\u200Ber\e[0m2000").ShouldBe("***");
    }

    [Fact]
    public void A_secret_split_over_writes_is_masked_at_every_split()
    {
        _mask.Register("hunter2000");
        const string Text = "a hunter2000 b hunter2000";
        for (var split = 0; split <= Text.Length; split++)
        {
            Written(Text[..split], Text[split..]).ShouldBe("a *** b ***");
        }

        Written([.. Text.Select(character => character.ToString())]).ShouldBe("a *** b ***");
    }

    [Theory]
    [InlineData("abcdabcd", "abcdabcdx")]
    [InlineData("ababab", "ababababab.")]
    public void A_secret_that_begins_as_it_ends_is_masked_in_single_characters(string secret, string text)
    {
        _mask.Register(secret);
        _mask.Register("dxyz");
        Written([.. text.Select(character => character.ToString())]).ShouldBe(_mask.Mask(text));
    }

    [Fact]
    public void A_flush_in_the_middle_of_a_secret_shows_none_of_it()
    {
        _mask.Register("hunter2000");
        using var shown = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new MaskingWriter(shown, _mask))
        {
            writer.Write("password: hunt");
            writer.Flush();
            shown.ToString().ShouldBe("password: ");
            writer.WriteLine("er2000");
            shown.ToString().ShouldBe("password: ***" + writer.NewLine);
            writer.Write("hunt");
        }

        shown.ToString().ShouldEndWith("hunt");
    }

    [Fact]
    public void Registering_and_masking_at_once_is_safe()
    {
        Parallel.For(0, 200, i =>
        {
            _mask.Register($"secret-number-{i}");
            _mask.Mask($"see secret-number-{i}.").ShouldNotContain($"number-{i}");
        });
    }

    private string Written(params string[] parts)
    {
        using var shown = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new MaskingWriter(shown, _mask))
        {
            foreach (var part in parts)
            {
                writer.Write(part);
            }
        }

        return shown.ToString();
    }
}
