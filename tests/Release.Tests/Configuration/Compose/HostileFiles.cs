using System.Text;
using Release.Configuration;
using Release.Drivers.Compose;

namespace Release.Tests.Configuration.Compose;

public sealed class HostileFiles
{
    [Theory]
    [InlineData("", "docker-compose.yml  is empty: ")]
    [InlineData("# nothing\n", "docker-compose.yml  is empty: ")]
    [InlineData("- a\n- b\n", "docker-compose.yml:1:1  expected a mapping with \"services\"")]
    [InlineData("hello", "docker-compose.yml:1:1  expected a mapping with \"services\"")]
    [InlineData("{}", "docker-compose.yml:1:1  missing \"services\"")]
    [InlineData("networks: {}\n", "docker-compose.yml:1:1  missing \"services\"")]
    [InlineData("services: []\n", "docker-compose.yml:1:11  services: expected a mapping with at least one service")]
    [InlineData("services:\n  web: x\n", "docker-compose.yml:2:8  services.web: expected a mapping")]
    [InlineData("services:\n  web: { image: a\n", "docker-compose.yml:3:1  is not YAML: ")]
    [InlineData("services:\n\tweb: 1\n", "docker-compose.yml:1:1  is not YAML: ")]
    [InlineData("services:\n  web: { build: . }\n  web: { build: . }\n", "docker-compose.yml:3:3  the key \"web\" is there twice: remove one")]
    [InlineData("services: { web: { build: . } }\n---\nservices: {}\n", "docker-compose.yml:2:1  a second document begins here")]
    [InlineData("services: { ? [a] : 1 }\n", "docker-compose.yml:1:15  a key that is no text")]
    [InlineData("services: *gone\n", "docker-compose.yml:1:11  the anchor \"gone\" is not there yet")]
    [InlineData("services: &a\n  web: *a\n", "docker-compose.yml:2:8  the anchor \"a\" is not there yet, or holds itself")]
    [InlineData("services:\n  web:\n    <<: text\n", "docker-compose.yml:3:5  \"<<\" takes mappings")]
    [InlineData("services:\n  db: { image: \"postgres:16\" }\n", "docker-compose.yml  has no service to release. db: left out: postgres is not a program of yours")]
    public void What_is_no_compose_file_says_where_and_what_to_do(string text, string message)
        => Should.Throw<ConfigurationException>(() => Draft(text)).Message.ShouldStartWith(message);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Nesting_of_20000_levels_is_an_error_and_no_crash(string level)
        => Should.Throw<ConfigurationException>(() => Draft("services:\n  " + new StringBuilder().Insert(0, level, 20_000))).Message
            .ShouldContain("nested deeper than 64 levels");

    [Fact]
    public void Anchors_that_multiply_are_an_error_and_take_no_time()
    {
        var bomb = new StringBuilder("a0: &a0 { k: v }\n");
        for (var i = 1; i < 40; i++)
        {
            bomb.Append(System.FormattableString.Invariant($"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        }

        Draft(bomb + "services:\n  web: { build: . }\n").Lines.ShouldNotBeEmpty("what is not asked for is never unfolded");
    }

    [Fact]
    public void Merging_a_large_mapping_again_and_again_is_an_error()
    {
        var keys = string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"k{i}: 1"));
        var maps = string.Join("\n", Enumerable.Range(0, 2000).Select(i => $"x-{i}: {{ <<: *big }}"));
        Should.Throw<ConfigurationException>(() => Draft($"x-big: &big {{ {keys} }}\n{maps}\nservices:\n  web: {{ build: . }}\n")).Message
            .ShouldContain("more than 100000 values");
    }

    [Fact]
    public void Services_that_extend_each_other_end()
        => Draft("services:\n  a: { build: ., extends: b }\n  b: { build: ., extends: { service: a } }\n").Lines
            .ShouldContain(line => line.Contains("extends itself", StringComparison.Ordinal));

    [Fact]
    public void A_file_above_the_limit_is_refused()
        => Should.Throw<ConfigurationException>(() => Draft("services: {}\n" + new string('#', 1_100_000))).Message.ShouldContain("larger than 1 MiB");

    [Fact]
    public void Control_codes_in_what_is_repeated_stay_out_of_the_file()
    {
        var draft = Draft("services:\n  web:\n    build: .\n    image: \"a\\e]0;x\\ab:1\"\n    healthcheck: { test: \"curl \\e[2J http://localhost/\\u202e\" }\n    \"k\\e[2J\": 1\n");
        draft.Text.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
    }

    private static ComposeDraft Draft(string text) => ComposeDraft.Of(text, "docker-compose.yml", "shop");
}
