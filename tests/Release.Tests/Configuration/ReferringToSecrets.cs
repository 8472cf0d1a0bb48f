using Release.Configuration;
using Release.Drivers;
using Release.Output;
using Release.Probes;

namespace Release.Tests.Configuration;

public sealed class ReferringToSecrets
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Golden.Root, "environments", "local.json"))
        .Replace("\"expectBody\"", "\"headers\": { \"Authorization\": \"Bearer ${env:API_TOKEN}\", \"X-Again\": \"${env:API_TOKEN}\" }, \"expectBody\"", StringComparison.Ordinal)
        .Replace("\"args\": [\"--version\"]", "\"args\": [\"--password=${file:secrets/db}\"]", StringComparison.Ordinal);

    [Fact]
    public void A_configuration_is_read_without_any_of_its_secrets()
        => Load().Secrets.Select(secret => (secret.Reference, secret.Path, secret.Line)).ShouldBe(
        [
            ("${file:secrets/db}", "$.checks[2].args[0]", 15),
            ("${env:API_TOKEN}", "$.smoke[0].headers.Authorization", 28),
            ("${env:API_TOKEN}", "$.smoke[0].headers.X-Again", 28),
        ]);

    [Fact]
    public void A_missing_one_is_named_with_its_place_and_what_to_set()
    {
        var placeholders = Placeholders(new());
        Should.Throw<PlaceholderException>(() => placeholders.Resolve("Bearer ${env:API_TOKEN}")).Message
            .ShouldBe("${env:API_TOKEN} ($.smoke[0].headers.Authorization in line 28 and 1 more) is not set: export API_TOKEN with the secret.");
        Should.Throw<PlaceholderException>(() => placeholders.Resolve("${file:secrets/db}")).Message
            .ShouldStartWith("${file:secrets/db} ($.checks[2].args[0] in line 15) cannot be read: ");
    }

    [Fact]
    public void One_that_is_missing_does_not_disturb_the_others()
        => Placeholders(new() { ["OTHER"] = "another" }).Resolve("${env:OTHER}").ShouldBe("another");

    [Fact]
    public void What_is_recorded_holds_the_reference_whatever_the_secret_is()
    {
        var before = Load();
        Placeholders(new() { ["API_TOKEN"] = "hunter2000" }).Resolve("${env:API_TOKEN}");
        Load().Sha256.ShouldBe(before.Sha256);
        before.Source.ShouldContain("${env:API_TOKEN}");
        before.Source.ShouldNotContain("hunter2000");
        before.Options.Smoke[0].ShouldBeOfType<HttpProbeOptions>().Headers["Authorization"].ShouldBe("Bearer ${env:API_TOKEN}");
    }

    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("DB_PASSWORD", true)]
    [InlineData("dbPassword", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("GITHUB_TOKEN", true)]
    [InlineData("PASSWORD_FILE", false)]
    [InlineData("MAX_TOKENS", false)]
    [InlineData("TOKENIZERS_PARALLELISM", false)]
    [InlineData("Idempotency-Key", false)]
    [InlineData("X-Trace-Id", false)]
    [InlineData("", false)]
    public void A_secret_is_told_by_its_name(string name, bool isSecret) => SecretWords.Name(name).ShouldBe(isSecret);

    [Fact]
    public void A_literal_that_must_be_a_reference_is_refused_and_not_repeated()
    {
        var message = Should.Throw<ConfigurationException>(() => EnvironmentFile.Parse(
            Text.Replace("Bearer ${env:API_TOKEN}", "Bearer hunter2000", StringComparison.Ordinal), SampleEnvironment.File, DriverTypes.All)).Message;
        message.ShouldContain("a secret does not belong into this file");
        message.ShouldNotContain("hunter2000");
    }

    private static LoadedEnvironment Load() => EnvironmentFile.Parse(Text, SampleEnvironment.File, DriverTypes.All);

    private static Placeholders Placeholders(Dictionary<string, string> variables) => new(
        new() { Root = Path.GetTempPath(), Variable = name => variables.GetValueOrDefault(name), PlaceOf = Load().PlaceOf }, new SecretMask());
}
