using System.Text;

namespace Release.Tests.Configuration;

/// <summary>A wrong configuration.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Change">What was changed, as a person reads it.</param>
/// <param name="Text">The file.</param>
internal sealed record WrongFile(string Name, string Change, string Text)
{
    private static readonly string Right = File.ReadAllText(Path.Combine(Golden.Root, "environments", "local.json"));

    /// <summary>Gets them all.</summary>
    public static IReadOnlyList<WrongFile> All { get; } =
    [
        // The file.
        Whole("an empty file", ""),
        Whole("a list", "[]"),
        Whole("a word", "local"),
        Whole("YAML", "name: local\nservices:\n  - name: ping\n"),
        Whole("single quotes", "{ 'name': 'local' }"),
        Whole("an end that is missing", "{\n  \"name\": \"local\",\n  \"services\": [\n"),
        Whole("a NUL", "{\n  \"name\": \"lo\0cal\"\n}", "{\\n  \"name\": \"lo<NUL>cal\"\\n}"),
        Whole("UTF-16", "{\0\"\0n\0", "{<NUL>\"<NUL>n<NUL>"),
        Whole("nesting of 20,000 levels", "{ \"name\": " + new StringBuilder().Insert(0, "[", 20_000), "{ \"name\": [[[[…"),
        Whole("nothing but an object", "{}"),
        Patch("something after the end", "\"notify\": []\n}", "\"notify\": []\n}\n}"),
        Patch("a comment", "\"name\": \"local\",", "\"name\": \"local\", // ours"),
        Patch("a comma before the end", "\"notify\": []", "\"notify\": [],"),
        Patch("a comma that is missing", "\"name\": \"local\",", "\"name\": \"local\""),
        Patch("a key twice", "\"tick\": \"1s\",", "\"tick\": \"1s\", \"tick\": \"2s\","),
        Patch("half of a character", "\"releases\"", "\"rel\\ud800\""),

        // Keys and types.
        Patch("a misspelled key", "\"services\"", "\"servises\""),
        Patch("a key in another case", "\"warmUp\"", "\"warmup\""),
        Patch("a key from elsewhere", "\"name\": \"local\",", "\"name\": \"local\", \"replicas\": 3,"),
        Patch("a key that is missing", "\"platform\": { \"type\": \"process\", \"project\": \"src/Release.Sample\", ", "\"platform\": { \"type\": \"process\", "),
        Patch("a section that is missing", "  \"services\": [{ \"name\": \"ping\", \"health\": \"/health\", \"version\": \"/health/info\", \"metrics\": \"/metrics\" }],\n", ""),
        Patch("a type that is missing", "{ \"type\": \"scrape\" }", "{}"),
        Patch("a misspelled type", "\"type\": \"kong\"", "\"type\": \"king\""),
        Patch("a type of a later version", "\"type\": \"process\"", "\"type\": \"ecs\""),
        Patch("a notifier, of which there are none", "\"notify\": []", "\"notify\": [{ \"type\": \"slack\" }]"),
        Patch("a misspelled type of a check", "\"type\": \"dns\"", "\"type\": \"dsn\""),
        Patch("an object for a list", "\"services\": [{ \"name\": \"ping\", \"health\": \"/health\", \"version\": \"/health/info\", \"metrics\": \"/metrics\" }]", "\"services\": { \"name\": \"ping\" }"),
        Patch("no service", "[{ \"name\": \"ping\", \"health\": \"/health\", \"version\": \"/health/info\", \"metrics\": \"/metrics\" }]", "[]"),
        Patch("null for an object", "\"metrics\": { \"type\": \"scrape\" }", "\"metrics\": null"),
        Patch("text for an object", "{ \"min\": \"3s\", \"max\": \"60s\" }", "\"3s to 60s\""),

        // Values.
        Patch("a duration without a unit", "\"tick\": \"1s\"", "\"tick\": 1"),
        Patch("a duration in words", "\"keepStable\": \"10m\"", "\"keepStable\": \"10 minutes\""),
        Patch("a duration of an unknown unit", "\"keepStable\": \"10m\"", "\"keepStable\": \"1w\""),
        Patch("no duration", "\"bootTimeout\": \"30s\"", "\"bootTimeout\": \"0s\""),
        Patch("a negative duration", "\"bootTimeout\": \"30s\"", "\"bootTimeout\": \"-30s\""),
        Patch("a duration that never ends", "\"bootTimeout\": \"30s\"", "\"bootTimeout\": \"99999d\""),
        Patch("a size without a unit", "\"500MB\"", "500"),
        Patch("a size of bits", "\"500MB\"", "\"500Mbit\""),
        Patch("a percentage as a fraction", "\"max\": \"1%\"", "\"max\": 0.01"),
        Patch("a percentage above all", "\"max\": \"1%\"", "\"max\": \"101%\""),
        Patch("a number as text", "\"rate\": 500", "\"rate\": \"500\""),
        Patch("a number out of range", "\"rate\": 500", "\"rate\": 500000"),
        Patch("a number of hundreds of digits", "\"rate\": 500", "\"rate\": " + new string('9', 400), "\"rate\": 9999…"),
        Patch("a number that is infinite", "0.95", "1e999"),
        Patch("a truth as text", "\"journal\":", "\"tag\": { \"enabled\": \"true\" },\n  \"journal\":"),
        Patch("a misspelled word", "\"onInconclusive\": \"rollback\"", "\"onInconclusive\": \"roll-back\""),
        Patch("another word", "\"onInconclusive\": \"rollback\"", "\"onInconclusive\": \"ignore\""),
        Patch("a name in capitals", "\"name\": \"ping\"", "\"name\": \"Ping\""),
        Patch("a name with a letter that looks Latin", "\"name\": \"ping\"", "\"name\": \"pіng\""),
        Patch("control codes in a name", "\"name\": \"ping\"", "\"name\": \"\\u001b]0;x\\u0007\\n::error::ping\\u202e\""),
        Patch("a path without a slash", "\"metrics\": \"/metrics\"", "\"metrics\": \"metrics\""),
        Patch("a path to another host", "\"health\": \"/health\"", "\"health\": \"//example.org/health\""),
        Patch("a folder outside of the repository", "\"path\": \"releases\"", "\"path\": \"../releases\""),
        Patch("an address that is none", "\"${gateway.admin}/status\"", "\"localhost:8001/status\""),
        Patch("an empty text", "\"program\": \"dotnet\"", "\"program\": \"\""),
        Patch("a status code that is none", "\"expect\": 200", "\"expect\": [200, 20]"),

        // Rules between members.
        Patch("another name than the file's", "\"name\": \"local\"", "\"name\": \"prod\""),
        Patch("steps that do not end in 100", "[10, 50, 100]", "[10, 50]"),
        Patch("steps that do not rise", "[10, 50, 100]", "[50, 10, 100]"),
        Patch("a shortest above the longest", "\"min\": \"3s\"", "\"min\": \"2m\""),
        Patch("a tick above the shortest step", "\"tick\": \"1s\"", "\"tick\": \"5s\""),
        Patch("a warm-up as long as the step", "\"warmUp\": \"2s\"", "\"warmUp\": \"60s\""),
        Patch("a quantile of a percentage", "0.95", "95"),
        Patch("a quantile for errors", "\"type\": \"errors\",", "\"type\": \"errors\", \"quantile\": 0.5,"),
        Patch("a latency limit in percent", "\"max\": \"250ms\"", "\"max\": \"5%\""),
        Patch("two objectives of one name", "\"latency-p99\"", "\"latency-p95\""),
        Patch("two checks of one name", "\"id\": \"loopback\"", "\"id\": \"repository\""),
        Patch("a service without metrics", ", \"metrics\": \"/metrics\"", ""),
        Patch("a smoke test of a service that is not there", "\"id\": \"ping-pong\",", "\"id\": \"ping-pong\", \"service\": \"pong\","),
        Patch("a route of a service that is not there", "\"admin\": \"embedded\",", "\"admin\": \"embedded\", \"routes\": [{ \"service\": \"pin\", \"path\": \"/\" }],"),
        Patch("two services on one path", "[{ \"name\": \"ping\",", "[{ \"name\": \"pong\", \"metrics\": \"/metrics\" }, { \"name\": \"ping\","),
        Patch("Kong without the address of callers", "\"admin\": \"embedded\"", "\"admin\": \"http://localhost:8001\""),
        Patch("a Kong address without a scheme", "\"admin\": \"embedded\"", "\"proxy\": \"http://localhost:8000\", \"admin\": \"localhost:8001\""),
        Patch("a check of what does not run yet", "\"url\": \"${gateway.admin}/status\"", "\"path\": \"/status\""),
        Patch("both path and address", "\"url\": \"${gateway.admin}/status\"", "\"url\": \"http://localhost/\", \"path\": \"/status\""),
        Patch("a body path that is none", "\"$.output\"", "\"output\""),
        Patch("a header that cannot be sent", "\"expectBody\"", "\"headers\": { \"X Trace\": \"1\" }, \"expectBody\""),
        Patch("what Init left to be done", "\"notify\": []", "\"notify\": [], \"unfinished\": [\"services[0].metrics: say where its Prometheus text is.\"]"),

        // Secrets and references.
        Patch("a password in the file", "\"args\": [\"--version\"]", "\"args\": [], \"env\": { \"DB_PASSWORD\": \"hunter2000\" }"),
        Patch("a token in a header", "\"expectBody\"", "\"headers\": { \"Authorization\": \"Bearer hunter2000\" }, \"expectBody\""),
        Patch("a password in an argument", "[\"--version\"]", "[\"--password=hunter2000\"]"),
        Patch("a password in an address", "\"${gateway.admin}/status\"", "\"https://admin:hunter2000@example.org/\""),
        Patch("a secret that is a number", "\"expectBody\"", "\"headers\": { \"X-Api-Key\": 2000 }, \"expectBody\""),
        Patch("a reference of an unknown kind", "\"${gateway.admin}/status\"", "\"${evn:ADMIN}/status\""),
        Patch("a reference of a later version", "\"${gateway.admin}/status\"", "\"${aws-secret:admin#url}/status\""),
        Patch("a reference that names nothing", "\"${gateway.admin}/status\"", "\"${env:}/status\""),
        Patch("a reference without an end", "\"${gateway.admin}/status\"", "\"${gateway.admin/status\""),
        Patch("a misspelled placeholder", "\"${gateway.admin}/status\"", "\"${gatway.admin}/status\""),
        Patch("a reference where none is resolved", "\"project\": \"src/Release.Sample\"", "\"project\": \"${env:PROJECT}\""),
        Patch("a reference in a key", "\"expectBody\"", "\"headers\": { \"${env:NAME}\": \"1\" }, \"expectBody\""),
        Patch("a reference in an expected value", "\"pong\"", "\"${env:PONG}\""),

        // Many.
        Patch("sixty wrong steps", "[10, 50, 100]", $"[{string.Join(", ", Enumerable.Repeat("0", 60))}]", "\"steps\": [0, 0, 0, …]"),
    ];

    private static WrongFile Whole(string name, string text, string? shown = null)
        => new(name, (shown ?? (text.Length == 0 ? "(nothing)" : text)).Replace("\n", "\\n", StringComparison.Ordinal), text);

    private static WrongFile Patch(string name, string right, string wrong, string? shown = null)
    {
        var at = Right.IndexOf(right, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0, $"{name}: environments/local.json has no {right}");
        return new(
            name,
            $"{right} -> {shown ?? wrong}".Replace("\n", "\\n", StringComparison.Ordinal),
            Right[..at] + wrong + Right[(at + right.Length)..]);
    }
}
