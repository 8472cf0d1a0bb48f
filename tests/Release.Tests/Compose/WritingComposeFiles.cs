using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Compose;

namespace Release.Tests.Compose;

/// <summary>The file that compose is to read from now on, and the record of the candidates.</summary>
public sealed class WritingComposeFiles
{
    [Fact]
    public void What_was_written_is_read_again()
    {
        var file = OverrideFile.Empty.With("cart", new(
            "registry/cart@sha256:abc",
            new Dictionary<string, string> { ["release.instance"] = "cart-1.1.0-run2", ["release.replaced"] = "{\"A\":\"$b\"}" },
            new Dictionary<string, string> { ["FLAG"] = "cost: $5 \"quoted\" # no comment\nnext ${HOME}" }));

        var read = OverrideFile.Parse(file.Render(), "docker-compose.release.yml");

        read.Services["cart"].IsSame(file.Services["cart"]).ShouldBeTrue(file.Render());
        file.Render().ShouldContain("$${HOME}", Case.Sensitive, "compose would put a variable there");
    }

    [Fact]
    public void One_service_leaves_the_others_as_they_are()
    {
        var one = new OverriddenService("a:1", new Dictionary<string, string>(), new Dictionary<string, string>());
        var file = OverrideFile.Empty.With("cart", one).With("search", one with { Image = "b:1" });

        file.With("cart", null).Services.Keys.ShouldBe(["search"]);
        file.With("cart", one with { Image = "a:2" }).Services["search"].Image.ShouldBe("b:1");
    }

    [Fact]
    public void Without_services_it_is_still_a_file_that_compose_1_merges() =>
        OverrideFile.Parse(OverrideFile.Empty.Render(), "f").Services.ShouldBeEmpty();

    [Theory]
    [InlineData("services:\n  cart:\n    image: a\n    ports: [\"80:80\"]\n", "\"cart.ports\"")]
    [InlineData("networks: {}\n", "\"networks\"")]
    [InlineData("services:\n  cart:\n    labels: {}\n", "\"cart without an image\"")]
    public void What_somebody_else_put_into_it_is_refused_and_not_lost(string text, string what) =>
        Should.Throw<ConfigurationException>(() => OverrideFile.Parse(text, "f")).Message.ShouldContain($"{what} was not written by Release");

    [Fact]
    public void The_record_shows_the_values_of_flags_and_of_nothing_else()
    {
        var container = JsonNode.Parse("""
            { "Name": "/cart-1.1.0-run2", "Config": { "Image": "sha256:new", "Env": ["TOKEN=hunter2", "FLAG=on"], "Labels": { "release.instance": "cart-1.1.0-run2", "team": "shop" } },
              "HostConfig": { "RestartPolicy": { "Name": "always" } }, "NetworkSettings": { "Networks": { "stack_default": {} } } }
            """)!.AsObject();

        var text = CanaryFile.Render("shop", [container], new HashSet<string> { "FLAG" });

        text.ShouldContain("\"FLAG=on\"");
        text.ShouldContain("\"TOKEN\"");
        text.ShouldNotContain("hunter2");
        YamlReader.Read(text, "f")["services"].ShouldNotBeNull();
    }
}
