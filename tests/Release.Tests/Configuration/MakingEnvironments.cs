using Release.Components;
using Release.Configuration;
using Release.Drivers;
using Release.Runs;

namespace Release.Tests.Configuration;

public sealed class MakingEnvironments : IDisposable
{
    private const string Compose = """
        services:
          web:
            image: shop/web:1
            healthcheck: { test: "curl -f http://localhost:8080/health" }
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("init-");
    private readonly List<string> _said = [];

    public MakingEnvironments()
    {
        Write("environments/local.json", File.ReadAllText(Path.Combine(Golden.Root, "environments", "local.json")));
        Write("src/Release.Sample/Release.Sample.csproj", "");
        Write("docker-compose.yml", Compose);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("staging", "../.nuke/environment.schema.json")]
    [InlineData("prod/search", "../../.nuke/environment.schema.json")]
    public void A_copy_differs_by_its_name_only_and_is_right_at_once(string name, string schema)
    {
        var result = Init(name, "local");
        result.LastLine.ShouldBe($"environments/{name}.json is there. Change what differs, then look: ./build.sh Preview --env {name}");
        Read($"environments/{name}.json").ShouldBe(Read("environments/local.json")
            .Replace("\"name\": \"local\"", $"\"name\": \"{name}\"", StringComparison.Ordinal)
            .Replace("../.nuke/environment.schema.json", schema, StringComparison.Ordinal));
        EnvironmentFile.Load(_root.FullName, name, DriverTypes.All).Options.Name.ShouldBe(name);
    }

    [Fact]
    public void A_compose_file_becomes_a_file_that_says_what_is_left_to_be_done()
    {
        var result = Init("shop", "compose", "docker-compose.yml");
        result.Status.ShouldBe(ExitStatus.Done);
        result.LastLine.ShouldContain("things are still to be done: they stand under \"unfinished\"");
        _said.ShouldContain(line => line.StartsWith("web: taken over: the name, the health check as GET /health, the image shop/web:1", StringComparison.Ordinal));
        Should.Throw<ConfigurationException>(() => EnvironmentFile.Load(_root.FullName, "shop", DriverTypes.All))
            .Errors.ShouldAllBe(error => error.Message.StartsWith("still to be done: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_name_the_compose_file_that_compose_would_take_is_taken()
    {
        Init("shop", "compose").Status.ShouldBe(ExitStatus.Done);
        Write("compose.yaml", Compose.Replace("web:", "cart:", StringComparison.Ordinal));
        Init("cart", "compose");
        Read("environments/cart.json").ShouldContain("\"cart\"");
    }

    [Fact]
    public void The_schema_is_put_beside_it_when_it_is_missing_or_old()
    {
        Init("a", "local");
        var schema = Read(".nuke/environment.schema.json");
        schema.ShouldBe(File.ReadAllText(Path.Combine(Golden.Root, ".nuke", "environment.schema.json")));
        Write(".nuke/environment.schema.json", "{}");
        Init("b", "local");
        Read(".nuke/environment.schema.json").ShouldBe(schema);
    }

    [Theory]
    [InlineData("local", "local", "environments/local.json exists already, and Init overwrites nothing. Give another name with --env, or move it away first: mv environments/local.json environments/local.json.old")]
    [InlineData("../x", "local", "--env \"../x\" cannot be an environment's name: ")]
    [InlineData("Prod", "local", "--env \"Prod\" cannot be an environment's name: ")]
    [InlineData("x", "lcoal", "--from \"lcoal\": there is no such environment. Did you mean \"local\"? Or make it from a compose file: --from compose docker-compose.yml")]
    [InlineData("x", "../local", "--from \"../local\": there is no such environment. ")]
    [InlineData("x", "compose gone.yml", "--from compose \"gone.yml\": there is no such file. Name a compose file: ")]
    [InlineData("x", "compose environments", "--from compose \"environments\": there is no such file. ")]
    [InlineData("x", "local local", "--from takes the name of an environment, or \"compose\" and one file. ./build.sh Init --env x --from local")]
    [InlineData("x", "", "--from takes the name of an environment, or \"compose\" and one file. ")]
    public void What_cannot_be_made_is_refused_with_what_to_do_and_nothing_is_written(string name, string from, string message)
    {
        var before = Files();
        var refusal = Should.Throw<ReleaseException>(() => Init(name, from.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        refusal.Status.ShouldBe(ExitStatus.Usage);
        refusal.Message.ShouldStartWith(message);
        Files().ShouldBe(before);
    }

    [Fact]
    public void An_example_that_is_wrong_is_told_about_and_not_copied()
    {
        Write("environments/broken.json", Read("environments/local.json").Replace("\"local\"", "\"broken\"", StringComparison.Ordinal).Replace("1s", "1x", StringComparison.Ordinal));
        Should.Throw<ConfigurationException>(() => Init("x", "broken")).Message.ShouldStartWith("environments/broken.json:33:13  $.gate.tick: ");
        File.Exists(Path.Combine(_root.FullName, "environments", "x.json")).ShouldBeFalse();
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_not_replaced()
    {
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "environments", "x.json"), "gone.json");
        Should.Throw<ReleaseException>(() => Init("x", "local")).Message.ShouldContain("exists already");
    }

    [Fact]
    public void Without_any_compose_file_it_says_which_it_looked_for()
    {
        File.Delete(Path.Combine(_root.FullName, "docker-compose.yml"));
        Should.Throw<ReleaseException>(() => Init("x", "compose")).Message
            .ShouldBe("There is no compose.yaml, compose.yml, docker-compose.yaml or docker-compose.yml here. Name the file: --from compose path/to/docker-compose.yml");
    }

    private RunResult Init(string name, params string[] from) => new InitCommand(_root.FullName, _root.FullName, _said.Add).Run(name, from);

    private List<string> Files() => [.. Directory.EnumerateFiles(_root.FullName, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private string Read(string path) => File.ReadAllText(Path.Combine(_root.FullName, path));

    private void Write(string path, string text)
    {
        var whole = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, text);
    }
}
