using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Release.Journal;

/// <summary>What one line of a journal was found to be.</summary>
/// <param name="Seq">Its place; 0 when it could not be read.</param>
/// <param name="Token">Its fencing token; 0 when it could not be read.</param>
/// <param name="PrevHash">The hash it claims to follow; null when it could not be read.</param>
/// <param name="Hash">The hash it claims to have; null when it could not be read.</param>
/// <param name="Record">The record, when it was asked for and could be read, even if its hash does not hold.</param>
/// <param name="Fault">What is wrong with the line by itself, or null.</param>
/// <param name="IsJson">False when it is not even a JSON object, as a crash in mid-write leaves it.</param>
internal readonly record struct ParsedLine(
    long Seq,
    long Token,
    string? PrevHash,
    string? Hash,
    JournalRecord? Record,
    string? Fault,
    bool IsJson);

/// <summary>
/// One record as one line of canonical JSON (RFC 8785). The members, in the order that sorting gives them, are
/// <c>data, deadline, env, hash, key, phase, prevHash, run, seq, step, token, ts, type</c>; one that is null is left out.
/// <para>
/// The byte rule of the hash: <c>env</c> stands before <c>hash</c> and <c>prevHash</c> after it, always. So the hash is SHA-256
/// over the bytes of the line without the 74 bytes <c>"hash":"…64 hex digits…",</c> and without the newline; what is
/// left is itself canonical JSON, the record without that member. Nothing needs to be parsed or written again to check it.
/// </para>
/// </summary>
internal static class JournalLine
{
    /// <summary>What the first record follows.</summary>
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int HashDigits = 64;

    // The record and its data are two levels, and what is nested deepest must be read by any version.
    internal const int MaxDepth = CanonicalJson.MaxDepth + 10;

    private static readonly byte[][] Members =
    [
        .. new[]
        {
            "data", "deadline", "env", "hash", "key", "phase", "prevHash", "run", "seq", "step", "token", "ts", "type",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private enum Member
    {
        Data,
        Deadline,
        Env,
        Hash,
        Key,
        Phase,
        PrevHash,
        Run,
        Seq,
        Step,
        Token,
        Ts,
        Type,
    }

    /// <summary>Gets the line, newline included.</summary>
    /// <exception cref="ArgumentException">The data cannot be written as canonical JSON.</exception>
    public static byte[] Write(JournalEntry entry, string env, long seq, long token, DateTimeOffset ts, string prevHash)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{"u8);
        if (entry.Data is not null)
        {
            output.Write("\"data\":"u8);
            CanonicalJson.Write(output, entry.Data, depth: 1);
            output.Write(","u8);
        }

        WriteMember(output, "\"deadline\":"u8, entry.Deadline is null ? null : Text(entry.Deadline.Value));
        WriteMember(output, "\"env\":"u8, env);
        var hashAt = output.WrittenCount;
        WriteMember(output, "\"key\":"u8, entry.Key);
        WriteMember(output, "\"phase\":"u8, entry.Phase);
        WriteMember(output, "\"prevHash\":"u8, prevHash);
        WriteMember(output, "\"run\":"u8, entry.Run);
        output.Write("\"seq\":"u8);
        CanonicalJson.WriteInteger(output, seq);
        output.Write(","u8);
        WriteMember(output, "\"step\":"u8, entry.Step);
        output.Write("\"token\":"u8);
        CanonicalJson.WriteInteger(output, token);
        output.Write(","u8);
        WriteMember(output, "\"ts\":"u8, Text(ts));
        output.Write("\"type\":\""u8);
        _ = Encoding.ASCII.GetBytes(RecordNames.Of(entry.Type), output);
        output.Write("\"}"u8);

        var hashed = output.WrittenSpan;
        return
        [
            .. hashed[..hashAt],
            .. "\"hash\":\""u8,
            .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(hashed))),
            .. "\","u8,
            .. hashed[hashAt..],
            (byte)'\n',
        ];
    }

    /// <summary>Cuts a time to what the file keeps: UTC, milliseconds.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads a time as <see cref="Text(DateTimeOffset)"/> writes it.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != 24 || text[^1] != (byte)'Z')
        {
            return false;
        }

        // Utf8Parser knows ISO 8601 with seven digits of a second only and is ten times faster than ParseExact.
        Span<byte> round = stackalloc byte[28];
        text[..23].CopyTo(round);
        "0000Z"u8.CopyTo(round[23..]);
        if (!Utf8Parser.TryParse(round, out DateTime utc, out var used, 'O') || used != round.Length)
        {
            return false;
        }

        time = new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    /// <summary>
    /// Reads and checks one line, given without its newline. Lines before <paramref name="fromSeq"/> are only looked at
    /// for their place. Never throws: what is wrong is in <see cref="ParsedLine.Fault"/>.
    /// </summary>
    /// <remarks>The record keeps the line, and reads its data when somebody asks for it.</remarks>
    public static ParsedLine Read(ReadOnlyMemory<byte> text, string env, long fromSeq, bool wantRecord, Repeated repeated)
    {
        try
        {
            var line = text.Span;
            var draft = default(Draft);
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
            var fault = ReadMembers(ref reader, line, ref draft, repeated);
            if (fault is not null)
            {
                return new ParsedLine(draft.Seq, draft.Token, draft.PrevHash, draft.Hash, null, fault, IsJson: true);
            }

            if (draft.Seq < fromSeq)
            {
                return new ParsedLine(draft.Seq, draft.Token, draft.PrevHash, draft.Hash, null, null, IsJson: true);
            }

            fault = Check(line, draft, env);
            repeated.LastHash = draft.Hash;
            var record = wantRecord && draft.Type is not null ? Build(text, draft) : null;
            return new ParsedLine(draft.Seq, draft.Token, draft.PrevHash, draft.Hash, record, fault, IsJson: true);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // JsonException: no JSON. InvalidOperationException: a string that is not UTF-8.
            return new ParsedLine(0, 0, null, null, null, "it is not a JSON object", IsJson: false);
        }
    }

    private static void WriteMember(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            output.Write(name);
            CanonicalJson.WriteText(output, text);
            output.Write(","u8);
        }
    }

    private static string? ReadMembers(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> line, ref Draft draft, Repeated repeated)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        string? fault = null;
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = (int)reader.TokenStartIndex;
            var member = Find(ref reader, next);
            if (member < 0)
            {
                fault ??= $"it has the member \"{reader.GetString()}\" which this version does not know there: "
                    + "written by a newer version, or by hand";
                reader.Skip();
                continue;
            }

            next = member + 1;
            _ = reader.Read();
            fault ??= ReadMember(ref reader, line, (Member)member, at, ref draft, repeated);
        }

        // Read once more: it throws when something follows the object.
        _ = reader.Read();
        return fault ?? (draft.IsComplete ? null : "a member that every record has is missing");
    }

    private static int Find(ref Utf8JsonReader reader, int from)
    {
        for (var member = from; member < Members.Length; member++)
        {
            if (reader.ValueSpan.SequenceEqual(Members[member]))
            {
                return member;
            }
        }

        return -1;
    }

    private static string? ReadMember(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> line, Member member, int at, ref Draft draft, Repeated repeated)
    {
        if (member == Member.Data)
        {
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            draft.DataAt = (int)reader.TokenStartIndex;
            reader.Skip();
            draft.DataLength = (int)reader.BytesConsumed - draft.DataAt;
            return isObject ? null : "its data is not an object";
        }

        if (member is Member.Seq or Member.Token)
        {
            var whole = 0L;
            var isWhole = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out whole) && whole > 0;
            draft.Set(member, whole);
            return isWhole ? null : "its seq or token is not a positive integer";
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return "a member that must be text is not";
        }

        if (member is Member.Ts or Member.Deadline)
        {
            var isTime = TryTime(reader.ValueSpan, out var time);
            draft.Set(member, time);
            return isTime ? null : "a time in it is not in the form 2026-01-31T23:59:59.000Z";
        }

        if (member == Member.Type)
        {
            draft.Type = RecordNames.Find(reader.ValueSpan);
            return draft.Type is not null
                ? null
                : $"its type \"{reader.GetString()}\" is not known here: it was written by a newer version. Use that version";
        }

        if (member is Member.Hash)
        {
            draft.HashAt = at;
            draft.Hash = IsHash(line[at..], reader.ValueSpan) ? Encoding.ASCII.GetString(reader.ValueSpan) : null;
            return draft.Hash is null ? "its hash is not in canonical form" : null;
        }

        var followsLast = member == Member.PrevHash
            && repeated.LastHash is not null
            && Ascii.Equals(reader.ValueSpan, repeated.LastHash);
        draft.Set(member, followsLast ? repeated.LastHash! : repeated.Text(ref reader, (int)member));
        return null;
    }

    private static bool IsHash(ReadOnlySpan<byte> member, ReadOnlySpan<byte> value) =>
        value.Length == HashDigits
        && member.StartsWith("\"hash\":\""u8)
        && member[(8 + HashDigits)..].StartsWith("\","u8);

    private static string? Check(ReadOnlySpan<byte> line, in Draft draft, string env)
    {
        if (!string.Equals(draft.Env, env, StringComparison.Ordinal))
        {
            return $"it belongs to the environment \"{draft.Env}\"";
        }

        var rest = line.Length - draft.HashAt - HashDigits - 10;
        var size = draft.HashAt + rest;
        byte[]? rented = null;
        var hashed = size <= 2048 ? stackalloc byte[2048] : (rented = ArrayPool<byte>.Shared.Rent(size));
        line[..draft.HashAt].CopyTo(hashed);
        line[^rest..].CopyTo(hashed[draft.HashAt..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(hashed[..size], digest);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        Span<char> hex = stackalloc char[HashDigits];
        _ = Convert.TryToHexStringLower(digest, hex, out _);
        return hex.SequenceEqual(draft.Hash) ? null : "its content does not give its hash: it was changed after it was written";
    }

    private static JournalRecord Build(ReadOnlyMemory<byte> line, in Draft draft)
    {
        var entry = new JournalEntry(draft.Type!.Value, draft.Run, draft.Phase, draft.Step, draft.Key, draft.Deadline)
        {
            Text = line.Slice(draft.DataAt, draft.DataLength),
        };
        return new JournalRecord(draft.Env!, draft.Seq, draft.Token, draft.Ts, entry, draft.PrevHash!, draft.Hash!);
    }

    private struct Draft
    {
        public long Seq;
        public long Token;
        public string? Env;
        public string? Run;
        public string? Phase;
        public string? Step;
        public string? Key;
        public string? PrevHash;
        public string? Hash;
        public DateTimeOffset? Deadline;
        public DateTimeOffset Ts;
        public RecordType? Type;
        public int HashAt;
        public int DataAt;
        public int DataLength;

        public readonly bool IsComplete =>
            Seq > 0 && Token > 0 && Env is not null && PrevHash is not null && Hash is not null && Ts != default && Type is not null;

        public void Set(Member member, long value)
        {
            Seq = member == Member.Seq ? value : Seq;
            Token = member == Member.Token ? value : Token;
        }

        public void Set(Member member, DateTimeOffset value)
        {
            Deadline = member == Member.Deadline ? value : Deadline;
            Ts = member == Member.Ts ? value : Ts;
        }

        public void Set(Member member, string value)
        {
            Env = member == Member.Env ? value : Env;
            Key = member == Member.Key ? value : Key;
            Phase = member == Member.Phase ? value : Phase;
            PrevHash = member == Member.PrevHash ? value : PrevHash;
            Run = member == Member.Run ? value : Run;
            Step = member == Member.Step ? value : Step;
        }
    }

    /// <summary>
    /// Keeps the last text of each member, since the records of a run mostly repeat them: a million records then share
    /// a few strings. Not for several threads at once.
    /// </summary>
    internal sealed class Repeated
    {
        private readonly (byte[] Bytes, string Text)[] _last = new (byte[], string)[Members.Length];

        /// <summary>Gets or sets the hash of the line before, which is this line's prevHash.</summary>
        public string? LastHash { get; set; }

        /// <summary>Gets the text the reader stands at.</summary>
        public string Text(ref Utf8JsonReader reader, int member)
        {
            if (reader.ValueIsEscaped)
            {
                return reader.GetString()!;
            }

            ref var last = ref _last[member];
            if (last.Bytes is null || !reader.ValueSpan.SequenceEqual(last.Bytes))
            {
                last = (reader.ValueSpan.ToArray(), reader.GetString()!);
            }

            return last.Text;
        }
    }
}
