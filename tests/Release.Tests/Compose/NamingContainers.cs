using Release.Drivers.Compose;
using Release.Drivers.Docker;

namespace Release.Tests.Compose;

/// <summary>Names by Docker's rules, and argument lists for compose.</summary>
public sealed class NamingContainers
{
    [Theory]
    [InlineData("ghcr.io/shop/cart:{version}", "1.1.0", "ghcr.io/shop/cart:1.1.0")]
    [InlineData("cart:v{version}-slim", "1.1.0", "cart:v1.1.0-slim")]
    [InlineData("localhost:5000/cart:1.0.0", "1.1.0", "localhost:5000/cart:1.1.0")]
    [InlineData("localhost:5000/cart", "1.1.0", "localhost:5000/cart:1.1.0")]
    [InlineData("cart:1.0.0@sha256:abc", "1.1.0", "cart:1.1.0")]
    public void A_version_is_an_image_by_the_template_or_by_its_tag(string template, string version, string image) =>
        ComposeNames.Image(template, version).ShouldBe(image);

    [Fact]
    public void The_containers_of_a_scaled_service_are_numbered()
    {
        ComposeNames.Container("cart-1.1.0-run2", 1).ShouldBe("cart-1.1.0-run2");
        ComposeNames.Container("cart-1.1.0-run2", 3).ShouldBe("cart-1.1.0-run2-3");
        ComposeNames.Container("cart-1.1.0+build/7", 1).ShouldBe("cart-1.1.0_build_7", "Docker takes letters, digits, dots, dashes and underscores");
    }

    [Fact]
    public void What_compose_started_is_known_by_its_image_whatever_version_it_says()
    {
        var id = ComposeNames.AdoptedId("cart", "1.0.0", "sha256:28c56f8505370f5a799f4b42ce745ea3cd50ff30");

        id.ShouldBe("cart-1.0.0-adopted-28c56f850537");
        ComposeNames.IsAdopted(id, "cart", "sha256:28c56f8505370f5a799f4b42ce745ea3cd50ff30").ShouldBeTrue();
        ComposeNames.IsAdopted(id, "cart", "sha256:a806d14cab6c45bf8c77d600d5258c35ee151f98").ShouldBeFalse();
        ComposeNames.IsAdopted(id, "card", "sha256:28c56f8505370f5a799f4b42ce745ea3cd50ff30").ShouldBeFalse();
    }

    [Fact]
    public void A_place_is_told_from_its_instance()
    {
        ComposeNames.Parse(ComposeNames.Place("cart-1.1.0-run2")).ShouldBe(("cart-1.1.0-run2", true));
        ComposeNames.Parse("cart-1.1.0-run2").ShouldBe(("cart-1.1.0-run2", false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-rf")]
    [InlineData("../../etc/passwd")]
    [InlineData("a b")]
    [InlineData("$(touch x)")]
    public void A_name_that_no_container_could_have_is_never_asked_for(string name) => ComposeNames.IsInstance(name).ShouldBeFalse();

    [Fact]
    public void Compose_is_told_the_stack_the_files_and_how_many()
    {
        var stack = ComposeCommands.Stack("shop", "/srv/shop", ["/srv/shop/docker-compose.yml", "/srv/shop/docker-compose.release.yml"]);

        string.Join(' ', ComposeCommands.Up(stack, "cart", 3, TimeSpan.FromSeconds(19.5))).ShouldBe(
            "--project-name shop --project-directory /srv/shop --file /srv/shop/docker-compose.yml --file /srv/shop/docker-compose.release.yml up -d --no-deps --no-build -t 20 --scale cart=3 cart");
    }

    [Fact]
    public void Compose_speaks_to_the_engine_of_the_configuration_and_to_no_other()
    {
        var variables = ComposeTool.Variables(DockerHost.Parse("tcp://engine:2376", new Release.Certificates.TlsFiles("/c/ca.pem", "/c/cert.pem", "/c/key.pem")), "/repo", "certs");

        variables.ShouldBe(new Dictionary<string, string?> { ["DOCKER_HOST"] = "tcp://engine:2376", ["DOCKER_CONTEXT"] = null, ["DOCKER_TLS_VERIFY"] = "1", ["DOCKER_CERT_PATH"] = "/repo/certs" }, ignoreOrder: true);
    }
}
