using System.Text;
using System.Text.Json.Nodes;

namespace Release.Drivers.Compose;

/// <summary>
/// The candidates as compose would write them, for auditors: <c>docker-compose.canary.yml</c>. Nobody gives it to compose, and
/// of variables that no release set it has the names only, since they may hold secrets.
/// </summary>
internal static class CanaryFile
{
    public const string Name = "docker-compose.canary.yml";

    /// <summary>The file of containers as the engine describes them.</summary>
    public static string Render(string environment, IEnumerable<JsonObject> containers, IReadOnlySet<string> shown)
    {
        var text = new StringBuilder("# The candidates of ").Append(OneLine(environment)).Append(": a record for auditors, made from the engine's own description.\n");
        _ = text.Append("# Release starts them by itself; values of variables that it did not set are left out.\nservices:\n");
        foreach (var container in containers)
        {
            Service(text, container, shown);
        }

        return text.ToString();
    }

    private static void Service(StringBuilder text, JsonObject container, IReadOnlySet<string> shown)
    {
        var (config, host) = (Object(container, "Config"), Object(container, "HostConfig"));
        var name = Text(container["Name"]).TrimStart('/');
        _ = text.Append("  ").Append(Quoted(name)).Append(":\n");
        Line(text, "image", Text(config["Image"]));
        Line(text, "container_name", name);
        List(text, "command", Texts(config["Cmd"]));
        List(text, "entrypoint", Texts(config["Entrypoint"]));
        Line(text, "restart", Text(host["RestartPolicy"]?["Name"]));
        List(text, "environment", [.. Texts(config["Env"]).Select(line => line.Split('=')[0] is var variable && shown.Contains(variable) ? line : variable)]);
        List(text, "networks", [.. Object(Object(container, "NetworkSettings"), "Networks").Select(n => n.Key)]);
        List(text, "volumes", Texts(host["Binds"]));
        var labels = Object(config, "Labels").Where(l => l.Key.StartsWith("release.", StringComparison.Ordinal)).ToList();
        if (labels.Count > 0)
        {
            _ = text.Append("    labels:\n");
            labels.ForEach(l => text.Append("      ").Append(Quoted(l.Key)).Append(": ").Append(Quoted(Text(l.Value))).Append('\n'));
        }

        if (config["Healthcheck"] is JsonObject check)
        {
            _ = text.Append("    healthcheck:\n      test: [").AppendJoin(", ", Texts(check["Test"]).Select(Quoted)).Append("]\n");
        }
    }

    private static void Line(StringBuilder text, string member, string value)
    {
        if (value.Length > 0)
        {
            _ = text.Append("    ").Append(member).Append(": ").Append(Quoted(value)).Append('\n');
        }
    }

    private static void List(StringBuilder text, string member, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            _ = text.Append("    ").Append(member).Append(":\n");
            values.ToList().ForEach(value => text.Append("      - ").Append(Quoted(value)).Append('\n'));
        }
    }

    private static string Quoted(string text) => OverrideFile.Quoted(text.Replace("$", "$$", StringComparison.Ordinal));

    private static string OneLine(string text) => Output.TerminalText.Line(text);

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static IReadOnlyList<string> Texts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(Text)];

    private static JsonObject Object(JsonObject of, string name) => of[name] as JsonObject ?? [];
}
