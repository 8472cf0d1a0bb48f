#pragma warning disable CA5394 // Repeatable by its seed is what is wanted here, not secret.
using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>Entries that nobody would think of, from a seed.</summary>
internal static class RandomEntries
{
    private static readonly string[] Pieces =
        ["a", "\"", "\\", "\n", "\r", "\u2028", "\0", "\u001b[31m", "é", "😀", "\u202e", "\u007f", "hash", "\",\"hash\":\"", "}", "日本"];

    private static readonly RecordType[] Types = Enum.GetValues<RecordType>();

    public static JournalEntry Entry(Random random) => new(
        Types[random.Next(Types.Length)],
        Maybe(random),
        Maybe(random),
        Maybe(random),
        Maybe(random),
        random.Next(2) == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(1, 4_000_000_000_000)),
        random.Next(4) == 0 ? null : Object(random, 3));

    private static string? Maybe(Random random) => random.Next(3) == 0 ? null : Text(random);

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static JsonObject Object(Random random, int depth)
    {
        var members = new JsonObject();
        for (var index = random.Next(5); index > 0; index--)
        {
            members[Text(random)] = Node(random, depth);
        }

        return members;
    }

    private static JsonNode? Node(Random random, int depth) => random.Next(depth == 0 ? 6 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => Text(random),
        3 => random.NextInt64(-(1L << 53), 1L << 53),
        4 => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any) ? any : 0.5,
        5 => random.Next(),
        6 => Object(random, depth - 1),
        _ => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Node(random, depth - 1))]),
    };
}
