using Newtonsoft.Json.Linq;
using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Compose;

namespace Release.Tests.Configuration.Compose;

public sealed class MakingAnEnvironment
{
    private const string Small = """
        services:
          web:
            image: ghcr.io/shop/web:1.4.0
            healthcheck:
              test: ["CMD", "curl", "-f", "http://localhost:8080/health"]
        """;

    [Fact]
    public void A_whole_stack_is_taken_over_as_the_golden_file_shows()
    {
        var draft = Draft(File.ReadAllText(Path.Combine(Golden.Root, "tests", "Release.Tests", "Configuration", "Compose", "stack.yml")));
        Golden.Compare("compose-stack.txt", $"{string.Join('\n', draft.Lines)}\n\n{draft.Text}");
        EnvironmentFile.Parse(draft.Finished, "environments/shop.json", DriverTypes.All).Options.Services.Count.ShouldBe(3);
    }

    [Fact]
    public void Everything_but_what_is_unfinished_is_right()
    {
        var draft = Draft(Small);
        EnvironmentFile.Parse(draft.Finished, "environments/shop.json", DriverTypes.All).Options.Services[0].Image.ShouldBe("ghcr.io/shop/web:1.4.0");
        var errors = Should.Throw<ConfigurationException>(() => EnvironmentFile.Parse(draft.Text, "environments/shop.json", DriverTypes.All)).Errors;
        errors.Count.ShouldBe(draft.Unfinished.Count);
        errors.ShouldAllBe(error => error.Path.StartsWith("$.unfinished[", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("test: [\"CMD\", \"curl\", \"-f\", \"http://localhost:3003/health\"]", "/health", 3003)]
    [InlineData("test: [\"CMD-SHELL\", \"curl -fsS http://127.0.0.1:80/ready || exit 1\"]", "/ready", 80)]
    [InlineData("test: curl --fail http://localhost/ping?deep=1 || exit 1", "/ping?deep=1", null)]
    [InlineData("test: [\"CMD\", \"wget\", \"-q\", \"--spider\", \"localhost:8080/up\"]", "/up", 8080)]
    [InlineData("test: wget -qO- http://web:8080/status | grep ok", "/status", 8080)]
    [InlineData("test: [\"CMD\", \"python\", \"-c\", \"import urllib.request; urllib.request.urlopen('http://localhost:8001/health')\"]", "/health", 8001)]
    [InlineData("test: curl -f http://[::1]:8080", "/", 8080)]
    [InlineData("test: curl -f http://localhost:${PORT:-9000}/health", "/health", 9000)]
    public void A_health_check_over_HTTP_is_taken_over(string check, string path, int? port)
    {
        var service = Service(Draft($"services:\n  web:\n    image: shop/web:1\n    healthcheck:\n      {check}\n"));
        ((string?)service["health"]).ShouldBe(path);
        ((int?)service["port"]).ShouldBe(port);
    }

    [Theory]
    [InlineData("test: [\"NONE\"]", "it is switched off")]
    [InlineData("disable: true", "it is switched off")]
    [InlineData("test: [\"CMD-SHELL\", \"pg_isready -U postgres\"]", "pg_isready -U postgres")]
    [InlineData("test: curl -f http://example.org/health", "curl -f http://example.org/health")]
    public void Another_health_check_is_named(string check, string reason)
        => Should.Throw<ConfigurationException>(() => Draft($"services:\n  web:\n    image: shop/web:1\n    healthcheck:\n      {check}\n")).Message
            .ShouldContain($"web: left out: its health check is no HTTP request to itself (\"{reason}\")");

    [Theory]
    [InlineData("interval: 10s\n      timeout: 5s\n      retries: 3", "45s")]
    [InlineData("interval: 1m30s\n      timeout: 500ms\n      retries: 2\n      start_period: 1h", "30m")]
    [InlineData("start_period: 40s", "220s")]
    [InlineData("interval: soon\n      retries: -1", "3m")]
    public void The_time_to_boot_is_when_compose_would_give_up(string times, string boot)
        => ((string?)Json(Draft($"services:\n  web:\n    image: shop/web:1\n    healthcheck:\n      test: curl http://localhost/h\n      {times}\n"))["platform"]!["bootTimeout"]).ShouldBe(boot);

    [Theory]
    [InlineData("\"8080\"", 8080, null)]
    [InlineData("8080", 8080, null)]
    [InlineData("\"3013:3003\"", 3003, 3013)]
    [InlineData("\"127.0.0.1:8080:80/tcp\"", 80, 8080)]
    [InlineData("\"[::1]:8080:80\"", 80, 8080)]
    [InlineData("\"9000-9005:8000-8005\"", 8000, 9000)]
    [InlineData("{ target: 80, published: 8080, protocol: tcp }", 80, 8080)]
    [InlineData("{ target: 80, published: \"8080\" }", 80, 8080)]
    public void Ports_are_read_in_every_form(string port, int target, int? published)
    {
        var draft = Draft($"services:\n  web:\n    build: .\n    ports:\n      - {port}\n");
        ((int?)Service(draft)["port"]).ShouldBe(target);
        var reached = draft.Lines.Single(line => line.Contains("taken over", StringComparison.Ordinal)).Contains($"localhost:{published}", StringComparison.Ordinal);
        reached.ShouldBe(published is not null);
    }

    [Theory]
    [InlineData("\"53:53/udp\"")]
    [InlineData("\"99999\"")]
    [InlineData("\"x:y\"")]
    [InlineData("{ target: 53, protocol: udp }")]
    public void What_is_no_TCP_port_is_said(string port)
        => Draft($"services:\n  web:\n    build: .\n    ports:\n      - {port}\n").Lines.ShouldContain("web: not taken over: the port in line 5 is no TCP port that can be read.");

    [Fact]
    public void Names_become_names_of_Release_and_stay_different()
    {
        var draft = Draft("services:\n  Web_App: { build: . }\n  web.app: { build: . }\n  ___: { build: . }\n");
        Json(draft)["services"]!.Select(service => (string?)service["name"]).ShouldBe(["web-app", "web-app-2", "service"]);
        draft.Lines.ShouldContain(line => line.StartsWith("Web_App: taken over: the name as web-app", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"../../etc\"")]
    [InlineData("\"a\\e[2Jb\"")]
    [InlineData("\"::error::x\"")]
    [InlineData("\"$(x)\"")]
    [InlineData("\"pіng\"")]
    public void A_hostile_name_is_left_out(string name)
    {
        var draft = Draft($"services:\n  web: {{ build: . }}\n  {name}: {{ build: . }}\n");
        Json(draft)["services"]!.Count().ShouldBe(1);
        draft.Lines.ShouldContain(line => line.Contains("left out: compose itself would refuse this name", StringComparison.Ordinal));
    }

    [Fact]
    public void Anchors_merge_keys_extension_fields_and_extends_are_followed()
    {
        var draft = Draft("""
            x-health: &health
              interval: 5s
              timeout: 1s
              retries: 2
            x-base: &base
              image: shop/base:1
              restart: always
            services:
              web:
                <<: *base
                image: shop/web:2
                healthcheck:
                  <<: *health
                  test: curl -f http://localhost:8080/health
              admin:
                extends: { service: web }
                image: shop/admin:3
              other:
                extends: { file: elsewhere.yml, service: base }
                build: .
            """);
        Json(draft)["services"]!.Select(service => (string?)service["image"]).ShouldBe(["shop/web:2", "shop/admin:3", null]);
        Json(draft)["services"]!.Select(service => (string?)service["health"]).ShouldBe(["/health", "/health", "/health"]);
        ((string?)Json(draft)["platform"]!["bootTimeout"]).ShouldBe("12s");
        draft.Lines.ShouldContain("other: not taken over: it extends \"base\" of \"elsewhere.yml\", which was not read.");
    }

    [Theory]
    [InlineData("shop/web:${TAG:-1.4.0}", "shop/web:1.4.0")]
    [InlineData("shop/web:${TAG-1.4.0}", "shop/web:1.4.0")]
    [InlineData("${REGISTRY:-ghcr.io/${OWNER:-shop}}/web:1", "ghcr.io/shop/web:1")]
    [InlineData("shop/web:1${SUFFIX:+-debug}", "shop/web:1")]
    public void Variables_have_their_defaults(string image, string taken)
        => ((string?)Service(Draft(Small.Replace("ghcr.io/shop/web:1.4.0", image, StringComparison.Ordinal)))["image"]).ShouldBe(taken);

    [Theory]
    [InlineData("shop/web:${TAG}", "TAG")]
    [InlineData("shop/web:$TAG", "TAG")]
    [InlineData("shop/web:${TAG:?say which}", "TAG")]
    public void A_variable_without_a_default_is_named_and_not_guessed(string image, string variable)
    {
        var draft = Draft(Small.Replace("ghcr.io/shop/web:1.4.0", image, StringComparison.Ordinal));
        Service(draft)["image"].ShouldBeNull();
        draft.Lines.ShouldContain($"web: not taken over: \"{image}\" has the variable {variable}, which has no default.");
    }

    [Theory]
    [InlineData("web:\n  image: shop/web:1\n  healthcheck: { test: curl http://localhost/h }\n")]
    [InlineData("version: \"2.4\"\nservices:\n  web:\n    image: shop/web:1\n    healthcheck: { test: curl http://localhost/h }\n")]
    [InlineData("version: '3.9'\nname: shop\nservices:\n  web:\n    image: shop/web:1\n    healthcheck: { test: curl http://localhost/h }\n")]
    public void Every_version_of_the_form_is_read(string compose) => ((string?)Service(Draft(compose))["name"]).ShouldBe("web");

    [Fact]
    public void Values_of_the_environment_are_not_copied()
    {
        var draft = Draft(Small + "\n    environment:\n      DB_PASSWORD: hunter2000\n      LIST: [a]\n    env_file: .env\n    command: [\"--token=hunter2000\"]\n");
        (draft.Text + string.Join('\n', draft.Lines)).ShouldNotContain("hunter2000");
        draft.Lines.ShouldContain("web: stays in docker-compose.yml: environment, env_file, command.");
    }

    [Fact]
    public void An_environment_in_a_folder_finds_its_schema()
        => ((string?)JObject.Parse(ComposeDraft.Of(Small, "docker-compose.yml", "prod/shop").Text)["$schema"]).ShouldBe("../../.nuke/environment.schema.json");

    private static ComposeDraft Draft(string compose) => ComposeDraft.Of(compose, "docker-compose.yml", "shop");

    private static JObject Json(ComposeDraft draft) => JObject.Parse(draft.Text);

    private static JToken Service(ComposeDraft draft) => Json(draft)["services"]!.ShouldHaveSingleItem();
}
