using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Release.Sample;

/// <summary>Answers in JSON, written without serializer or reflection: both would be paid for at every start.</summary>
internal static class Reply
{
    public static Task Json(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Bytes(context, status, "application/json; charset=utf-8", buffer.WrittenMemory);
    }

    public static Task Error(HttpContext context, int status, string message) =>
        Json(context, status, writer => writer.WriteString("error", message));

    public static Task Text(HttpContext context, string contentType, string text) =>
        Bytes(context, 200, contentType, Encoding.UTF8.GetBytes(text));

    private static async Task Bytes(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
