using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Release.Gateway.Admin;

/// <summary>A request to the Admin API with its whole body, which is bounded.</summary>
internal sealed record AdminRequest(string Method, string[] Path, IQueryCollection Query, string ContentType, byte[] Body)
{
    /// <summary>Kong's own limit (<c>client_max_body_size 10m</c>).</summary>
    private const int MaxBody = 10 * 1024 * 1024;

    /// <exception cref="AdminRefusal">The body is too large.</exception>
    public static async Task<AdminRequest> Read(HttpRequest request, CancellationToken cancellation)
    {
        var path = (request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new AdminRequest(
            request.Method, path, request.Query, request.ContentType ?? "", await Bounded(request, cancellation));
    }

    /// <summary>The fields of an entity; a form's values take the type that the field has.</summary>
    /// <exception cref="AdminRefusal">The body is not a JSON object.</exception>
    public JsonObject Fields(EntityKind kind)
    {
        if (ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return Form(kind);
        }

        try
        {
            return Body.Length == 0 ? [] : Json.ParseObject(Body);
        }
        catch (JsonException)
        {
            throw AdminRefusal.Plain(400, "Cannot parse JSON body");
        }
    }

    private static async Task<byte[]> Bounded(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxBody)
        {
            throw TooLarge();
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > MaxBody)
            {
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static AdminRefusal TooLarge() => AdminRefusal.Plain(413, "request body too large");

    private JsonObject Form(EntityKind kind)
    {
        var fields = new JsonObject();
        foreach (var (key, values) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Body)))
        {
            var name = key.TrimEnd(']').Split('[', '.')[0];
            var text = values.ToString();
            var type = kind.FieldCalled(name)?.Kind;
            if (type == FieldKind.Texts)
            {
                fields[name] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
            }
            else if (type is FieldKind.Integer or FieldKind.Number
                && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                fields[name] = number;
            }
            else if (type == FieldKind.Flag && bool.TryParse(text, out var flag))
            {
                fields[name] = flag;
            }
            else if (type == FieldKind.Reference)
            {
                fields[name] = new JsonObject { [key.EndsWith("name", StringComparison.Ordinal) ? "name" : "id"] = text };
            }
            else
            {
                fields[name] = text.Length == 0 ? null : text;
            }
        }

        return fields;
    }
}
