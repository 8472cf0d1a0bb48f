using System.Text;
using Release.Configuration;
using Release.Drivers;
using Release.Probes;

namespace Release.Tests.Configuration;

public sealed class LoadingEnvironments : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("environments-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read()
    {
        var options = SampleEnvironment.Parse(SampleEnvironment.Text).Options;
        options.Name.ShouldBe("local");
        options.Services.ShouldBe([new() { Name = "ping", Health = "/health", Metrics = "/metrics" }]);
        options.Platform.ShouldBe(new FakePlatformOptions { Type = "process", Project = "src/Release.Sample", BootTimeout = TimeSpan.FromSeconds(30) });
        options.Traffic.Steps.ShouldBe([10, 50, 100]);
        options.Traffic.Synthetic.ShouldBe(new() { Rate = 500, Method = "POST", Path = "/ai/execute" });
        options.Backup.ShouldBe([new GitBackupOptions { Type = "git" }, new ImagesBackupOptions { Type = "images" }]);
        options.Checks[0].ShouldBeOfType<HttpProbeOptions>().Expect.ShouldBe([200]);
        options.Smoke[0].ShouldBeOfType<HttpProbeOptions>().ExpectBody["$.output"].ToString().ShouldBe("pong");
        options.Gate.Tick.ShouldBe(TimeSpan.FromSeconds(1));
        options.Gate.WarmUp.ShouldBe(TimeSpan.Zero);
        options.Gate.Objectives[1].Quantile.ShouldBe(0.95);
        options.Gate.OnInconclusive.ShouldBe(DeadlinePolicy.Rollback);
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var options = SampleEnvironment.Parse(SampleEnvironment.Text).Options;
        options.Gate.MaxGap.ShouldBe(TimeSpan.FromSeconds(60));
        options.Journal.Type.ShouldBe("file");
        options.OnInterrupt.ShouldBeNull();
        options.Notify.ShouldBeEmpty();
    }

    [Fact]
    public void Null_takes_an_optional_value_away()
        => SampleEnvironment.Parse(SampleEnvironment.Text.Replace("\"/health\",", "\"/health\", \"version\": null,", StringComparison.Ordinal))
            .Options.Services[0].Version.ShouldBeNull();

    [Fact]
    public void Byte_order_mark_and_line_ends_do_not_change_the_hash()
    {
        var plain = Write("local", SampleEnvironment.Text);
        var bytes = Encoding.UTF8.GetBytes("\uFEFF" + SampleEnvironment.Text.Replace("\n", "\r\n", StringComparison.Ordinal));
        File.WriteAllBytes(plain, bytes);
        var loaded = Load("local");
        loaded.Source.ShouldBe(SampleEnvironment.Text);
        loaded.Sha256.ShouldBe(SampleEnvironment.Parse(SampleEnvironment.Text).Sha256);
    }

    [Fact]
    public void A_recorded_source_is_read_again()
    {
        var loaded = SampleEnvironment.Parse(SampleEnvironment.Text);
        EnvironmentFile.Parse(loaded.Source, "run 12", SampleEnvironment.Types()).Sha256.ShouldBe(loaded.Sha256);
    }

    [Fact]
    public void An_environment_may_be_in_a_folder()
    {
        Write("prod/search", SampleEnvironment.Text.Replace("\"local\"", "\"prod/search\"", StringComparison.Ordinal));
        Load("prod/search").Options.Name.ShouldBe("prod/search");
        EnvironmentFile.Names(_root.FullName).ShouldBe(["prod/search"]);
    }

    [Fact]
    public void An_unknown_environment_names_those_there_are_the_nearest_first()
    {
        Write("local", "{}");
        Write("prod/search", "{}");
        Write("prod/cart", "{}");
        Should.Throw<ConfigurationException>(() => Load("prod/serch")).Message
            .ShouldBe("environments/prod/serch.json  there is no environment \"prod/serch\". There are: prod/search, prod/cart, local. Did you mean \"prod/search\"? Or make it: ./build.sh Init --env prod/serch --from prod/search");
    }

    [Fact]
    public void Without_any_environment_it_says_where_they_would_be()
        => Should.Throw<ConfigurationException>(() => Load("local")).Message
            .ShouldBe($"environments/local.json  there is no environment \"local\". There are none below {Path.Combine(_root.FullName, "environments")}. Make it: ./build.sh Init --env local --from compose docker-compose.yml");

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../local")]
    [InlineData("prod/../local")]
    [InlineData("/etc/passwd")]
    [InlineData("Local")]
    [InlineData("lo\0cal")]
    [InlineData("local\n")]
    [InlineData("prod//x")]
    [InlineData("prod\\x")]
    [InlineData("-x")]
    public void A_name_that_could_leave_the_folder_is_refused(string name)
    {
        Write("local", SampleEnvironment.Text);
        Should.Throw<ConfigurationException>(() => Load(name)).Message
            .ShouldContain("cannot be an environment's name: expected lower-case letters, digits and dashes");
    }

    [Fact]
    public void A_file_above_the_limit_is_refused()
    {
        Write("local", SampleEnvironment.Text + new string(' ', 1024 * 1024));
        Should.Throw<ConfigurationException>(() => Load("local")).Message.ShouldBe("environments/local.json  is larger than 1 MiB: it is no configuration. Remove what does not belong into it");
    }

    [Fact]
    public void A_folder_in_its_place_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "environments", "local.json"));
        Should.Throw<ConfigurationException>(() => Load("local")).Message.ShouldBe("environments/local.json  is a folder: expected a file. Move it away");
    }

    [Fact]
    public void A_link_is_followed_and_one_that_leads_nowhere_is_an_error()
    {
        File.Move(Write("local", SampleEnvironment.Text), Path.Combine(_root.FullName, "elsewhere.json"));
        var link = Path.Combine(_root.FullName, "environments", "local.json");
        File.CreateSymbolicLink(link, "../elsewhere.json");
        Load("local").Options.Name.ShouldBe("local");
        File.Delete(Path.Combine(_root.FullName, "elsewhere.json"));
        Should.Throw<ConfigurationException>(() => Load("local")).Message.ShouldStartWith("environments/local.json  ");
    }

    [Fact]
    public void Folders_that_hold_themselves_do_not_matter()
    {
        Write("local", SampleEnvironment.Text);
        Directory.CreateSymbolicLink(Path.Combine(_root.FullName, "environments", "loop"), ".");
        EnvironmentFile.Names(_root.FullName).ShouldContain("local");
    }

    [Fact]
    public void A_file_that_it_names_must_be_there()
    {
        Write("local", File.ReadAllText(Path.Combine(Golden.Root, "environments", "local.json")));
        Should.Throw<ConfigurationException>(() => EnvironmentFile.Load(_root.FullName, "local", DriverTypes.All)).Message
            .ShouldBe("environments/local.json:5:47  $.platform.project: \"src/Release.Sample\" does not exist in the repository: make it, or correct the path");
    }

    [Fact]
    public void What_a_build_makes_need_not_be_there_yet()
    {
        var local = File.ReadAllText(Path.Combine(Golden.Root, "environments", "local.json"));
        Write("local", local.Replace("\"project\": \"src/Release.Sample\"", "\"project\": \"artifacts/package\"", StringComparison.Ordinal));
        EnvironmentFile.Load(_root.FullName, "local", DriverTypes.All).Options.Name.ShouldBe("local");
    }

    [Fact]
    public void A_file_that_is_not_UTF8_is_refused()
    {
        File.WriteAllBytes(Write("local", ""), Encoding.Unicode.GetBytes(SampleEnvironment.Text));
        Should.Throw<ConfigurationException>(() => Load("local")).Message.ShouldBe("environments/local.json:1:2  a NUL character: the file is damaged, or not saved as UTF-8. Save it as UTF-8");
        File.WriteAllBytes(Write("local", ""), [0xC3, 0x28]);
        Should.Throw<ConfigurationException>(() => Load("local")).Message.ShouldBe("environments/local.json  is not UTF-8 text: save it as UTF-8");
    }

    [Fact]
    public void The_projects_own_environment_is_right()
    {
        var options = EnvironmentFile.Load(Golden.Root, "local", DriverTypes.All).Options;
        options.Checks.Count.ShouldBeGreaterThan(3);
        options.Gate.Objectives.Count.ShouldBe(3);
    }

    private LoadedEnvironment Load(string name) => EnvironmentFile.Load(_root.FullName, name, SampleEnvironment.Types());

    private string Write(string name, string text)
    {
        var path = Path.Combine(_root.FullName, "environments", name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
