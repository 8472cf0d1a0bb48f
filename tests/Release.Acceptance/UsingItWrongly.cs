using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Wrong words: exit code 2, what to do instead, and nothing is created.</summary>
[Collection(TheClone.Releases)]
public sealed class UsingItWrongly(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseTheory]
    [InlineData("--versoin: did you mean --version?", "Promote", "--versoin", "2.0.0")]
    [InlineData("is not a version", "Promote", "--version", "1.0;rm -rf")]
    [InlineData("is not a version", "Promote", "--version", "$(x)")]
    [InlineData("is not a version", "Promote", "--version", "../../etc")]
    [InlineData("is not a version", "Promote", "--version", "1.0.0\n::error::no")]
    [InlineData("There are: local", "Promote", "--env", "lcoal")]
    [InlineData("There are: local", "Status", "--env", "../local")]
    [InlineData("is not a fault", "Promote", "--version", "2.0.0", "--fault", "fire")]
    [InlineData("Did you mean Promote?", "Promot")]
    [InlineData("does not go together with", "Preview", "Promote")]
    public async Task Nothing_is_done(string message, params string[] arguments) => await Given().An_empty_environment()
        .When().Somebody_runs(arguments)
        .Then().It_exits_with(2).It_says(message).No_stack_trace_is_shown().There_is_no_environment();

    [ReleaseFact]
    public async Task A_broken_configuration_is_named_with_its_place() => await Given().An_empty_environment()
        .When().Its_configuration_is("{\n  \"name\": \"local\",\n  \"servises\": []\n}\n")
        .Somebody_runs("Promote")
        .Then().It_exits_with(2)
        .It_says("environments/local.json", "servises", "services")
        .No_stack_trace_is_shown()
        .There_is_no_environment();

    [ReleaseFact]
    public async Task A_configuration_that_is_no_json_is_named_too() => await Given().An_empty_environment()
        .When().Its_configuration_is("{ \"name\": \"local\", broken")
        .Somebody_runs("Promote")
        .Then().It_exits_with(2).It_says("environments/local.json").No_stack_trace_is_shown().There_is_no_environment();
}
