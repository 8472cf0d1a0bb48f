namespace Release.Tests.Journal;

/// <summary>Files that are changed whole or not at all.</summary>
public sealed class DurableFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replacing_puts_the_new_content_there_and_leaves_nothing_beside_it()
    {
        var path = Path.Combine(_folder.Root, "file.json");
        Durable.Replace(path, "old, and longer");
        Durable.Replace(path, "new é");

        File.ReadAllText(path).ShouldBe("new é");
        Directory.GetFiles(_folder.Root).ShouldBe([path]);
    }

    [Fact]
    public void A_replacement_that_fails_leaves_the_old_content_and_nothing_beside_it()
    {
        var path = Path.Combine(_folder.Root, "taken");
        _ = Directory.CreateDirectory(path);

        _ = Should.Throw<Exception>(() => Durable.Replace(path, "x"));

        Directory.GetFileSystemEntries(_folder.Root).ShouldBe([path]);
    }

    [Fact]
    public void Missing_folders_are_created_all_the_way()
    {
        var path = Path.Combine(_folder.Root, "a", "b", "c");
        Durable.CreateDirectory(path);
        Durable.CreateDirectory(path);

        Directory.Exists(path).ShouldBeTrue();
    }

    [Fact]
    public void Deleting_what_is_not_there_is_no_error()
    {
        var path = Path.Combine(_folder.Root, "file");
        Durable.Replace(path, "x"u8);
        Durable.Delete(path);
        Durable.Delete(path);

        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_flushed() =>
        Should.Throw<IOException>(() => Durable.FlushDirectory(Path.Combine(_folder.Root, "none"))).Message.ShouldContain("none");
}
