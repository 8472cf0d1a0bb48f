#nullable disable
using System.Runtime.CompilerServices;

namespace Nuke.Common;

public static class Assert
{
    /// <exception cref="BuildFailure">Always.</exception>
    public static void Fail(string message, Exception exception = null) => throw new BuildFailure(message, exception);

    public static void True(
        bool condition, string message = null, [CallerArgumentExpression("condition")] string argumentExpression = null)
        => Check(condition, message, argumentExpression, "must be true");

    public static void False(
        bool condition, string message = null, [CallerArgumentExpression("condition")] string argumentExpression = null)
        => Check(!condition, message, argumentExpression, "must be false");

    public static T NotNull<T>(
        this T obj, string message = null, [CallerArgumentExpression("obj")] string argumentExpression = null)
        where T : class
    {
        Check(obj is not null, message, argumentExpression, "must not be null");
        return obj;
    }

    public static T? NotNull<T>(
        this T? obj, string message = null, [CallerArgumentExpression("obj")] string argumentExpression = null)
        where T : struct
    {
        Check(obj is not null, message, argumentExpression, "must not be null");
        return obj;
    }

    public static string NotNullOrEmpty(
        this string str, string message = null, [CallerArgumentExpression("str")] string argumentExpression = null)
    {
        Check(!string.IsNullOrEmpty(str), message, argumentExpression, "must not be empty");
        return str;
    }

    public static string NotNullOrWhiteSpace(
        this string str, string message = null, [CallerArgumentExpression("str")] string argumentExpression = null)
    {
        Check(!string.IsNullOrWhiteSpace(str), message, argumentExpression, "must not be blank");
        return str;
    }

    public static void NotEmpty<T>(
        IReadOnlyCollection<T> collection,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null)
        => Check(collection is { Count: > 0 }, message, argumentExpression, "must not be empty");

    public static void Empty<T>(
        IReadOnlyCollection<T> collection,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null)
        => Check(collection is { Count: 0 }, message, argumentExpression, $"must be empty, has {collection?.Count}");

    public static void Count<T>(
        IReadOnlyCollection<T> collection,
        int length,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null)
        => Check(
            collection?.Count == length, message, argumentExpression, $"must have {length} items, has {collection?.Count}");

    public static void HasSingleItem<T>(
        IReadOnlyCollection<T> collection,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null)
        => Count(collection, 1, message, argumentExpression);

    public static void FileExists(
        string path, string message = null, [CallerArgumentExpression("path")] string argumentExpression = null)
        => Check(File.Exists(path), message, argumentExpression, $"must be an existing file: {path}");

    public static void DirectoryExists(
        string path, string message = null, [CallerArgumentExpression("path")] string argumentExpression = null)
        => Check(Directory.Exists(path), message, argumentExpression, $"must be an existing directory: {path}");

    private static void Check(bool holds, string message, string expression, string expected)
    {
        if (!holds)
        {
            throw new BuildFailure(message ?? $"{expression} {expected}.");
        }
    }
}
