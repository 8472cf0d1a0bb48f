using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>The vectors of RFC 8785 (sections 3.2.2 to 3.2.4 and appendix B).</summary>
public sealed class CanonicalForm
{
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Numbers_look_as_ECMAScript_prints_them(string bits, string expected)
    {
        var number = BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        Text(JsonValue.Create(number)).ShouldBe(expected);
    }

    [Fact]
    public void The_sample_of_the_RFC_gives_its_bytes()
    {
        var sample = JsonNode.Parse(
            """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """);

        Text(sample).ShouldBe(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
    }

    [Fact]
    public void Members_are_sorted_by_UTF_16_code_units()
    {
        var sample = new JsonObject
        {
            ["\u20ac"] = 1,
            ["\r"] = 2,
            ["\ufb33"] = 3,
            ["1"] = 4,
            ["😀"] = 5,
            ["\u0080"] = 6,
            ["ö"] = 7,
        };

        Text(sample).ShouldBe("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"\u20ac\":1,\"😀\":5,\"\ufb33\":3}");
    }

    [Fact]
    public void Integers_beyond_2_to_the_53_and_numbers_that_are_none_are_refused()
    {
        Text(JsonValue.Create(1L << 53)).ShouldBe("9007199254740992");
        _ = Should.Throw<ArgumentException>(() => CanonicalJson.Bytes(JsonValue.Create((1L << 53) + 1)));
        _ = Should.Throw<ArgumentException>(() => CanonicalJson.Bytes(JsonValue.Create(double.NaN)));
        _ = Should.Throw<ArgumentException>(() => CanonicalJson.Bytes(JsonNode.Parse("1e400")));
    }

    [Fact]
    public void Every_kind_of_value_is_written_as_its_JSON()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Text(new JsonArray(1, 2L, 3.0, 4.5m, (byte)6, 0.1f, at, 'x')).ShouldBe("[1,2,3,4.5,6,0.1,\"2026-01-02T03:04:05+00:00\",\"x\"]");
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Text(JsonValue.Create("a\ud800b\n\udc00")).ShouldBe("\"a\ufffdb\\n\ufffd\"");

    [Fact]
    public void What_is_nested_too_deeply_is_refused()
    {
        JsonNode nested = new JsonObject();
        for (var depth = 0; depth < 20_000; depth++)
        {
            nested = new JsonObject { ["a"] = nested };
        }

        Should.Throw<ArgumentException>(() => CanonicalJson.Bytes(nested)).Message.ShouldContain("100 levels");
    }

    private static string Text(JsonNode? node) => Encoding.UTF8.GetString(CanonicalJson.Bytes(node));
}
