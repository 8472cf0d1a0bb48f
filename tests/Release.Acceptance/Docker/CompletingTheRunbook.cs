using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>
/// The runbook that this repository ships, from its first line to its last, on the stack with a real PostgreSQL and Prometheus: each line
/// ends with an outcome, and with the true one.
/// </summary>
[Collection(DockerStack.Row)]
public sealed class CompletingTheRunbook(TheClone clone, DockerStack docker)
{
    private const string Lines = "CAN-";

    [DockerFact]
    public async Task A_whole_release_leaves_no_line_without_its_true_outcome()
    {
        await using var database = await TheirDatabase.Start();
        await using var grafana = await TheirGrafana.Start();
        await using var run = await ReleaseOnStack.Begin(clone, docker, OpsConductorImages.Services, new RunbookEnvironment(docker.Stack, database, grafana).Write);
        await Eventually.Holds("Prometheus has seen every service", TimeSpan.FromMinutes(1), docker.Stack.IsScraped);

        // What is wrong in the world fails the lines that are about it, and no other.
        await database.Do("ALTER TABLE executions RENAME TO executed");
        _ = run.ShouldEndWith(1, await run.End(run.Promote()));
        (await Those(run, "failed")).ShouldBe(["CAN-04", "CAN-146"]);
        await database.Do("ALTER TABLE executed RENAME TO executions");
        _ = grafana.Dashboards.Remove("execution");
        _ = run.ShouldEndWith(1, await run.End(run.Promote()));
        (await Those(run, "failed")).ShouldBe(["CAN-06", "CAN-42", "CAN-94", "CAN-146"]);
        _ = grafana.Dashboards.Add("execution");

        run.ShouldEndWith(0, await run.End(run.Promote()));
        using (var tending = run.Start("Tend", "--watch"))
        {
            await run.Records("watch", "ended");
            Machine.Send(tending.Id, Machine.Interrupt);
            _ = await run.End(tending);
        }

        _ = await Sign(run, "CAN-02", "deployer");
        _ = await Sign(run, "CAN-91", "qa");
        _ = await Sign(run, "CAN-94", "qa");
        _ = await Sign(run, "CAN-153", "deployer");
        (await Those(run, "open", "missing", "failed")).ShouldBeEmpty();
        (await Those(run, "signed")).ShouldBe(["CAN-02", "CAN-91", "CAN-94", "CAN-153"]);
        grafana.Told.ShouldContain("promoted");

        await run.Must("Rollback", "--reason", "it can be done");
        foreach (var line in await Those(run, "open"))
        {
            _ = await Sign(run, line, "on-call");
        }

        (await Those(run, "open", "missing", "failed")).ShouldBeEmpty();
        grafana.Told.ShouldContain("rolled-back");
        await run.NoRequestFailed();
    }

    private static Task<Ended> Sign(ReleaseOnStack run, string line, string role) => run.Must("SignOff", "--line", line, "--as", role, "--note", "seen by the acceptance suite");

    /// <summary>The ids of the lines that stand so, and each line once in all.</summary>
    private static async Task<IReadOnlyList<string>> Those(ReleaseOnStack run, params IReadOnlyList<string> statuses)
    {
        var ended = await run.Must("Runbook", "--json");
        var lines = JsonNode.Parse(ended.Output)!["lines"]!.AsArray();
        lines.Select(line => line!["id"]!.GetValue<string>()).ShouldBe(Enumerable.Range(1, 156).Select(number => $"{Lines}{number:00}"));
        return [.. lines.Where(line => statuses.Contains(line!["status"]!.GetValue<string>())).Select(line => line!["id"]!.GetValue<string>())];
    }
}
