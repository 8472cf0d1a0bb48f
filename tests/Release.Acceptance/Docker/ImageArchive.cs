using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Release.Acceptance.Docker;

/// <summary>An image to be: its name, layers from the lowest, and how it runs.</summary>
/// <param name="Name">With a tag.</param>
/// <param name="Layers">Names of layers.</param>
/// <param name="Config">As in the image format: Entrypoint, Cmd, Env, Labels, ExposedPorts.</param>
internal sealed record ImageRecipe(string Name, IReadOnlyList<string> Layers, JsonObject Config)
{
    /// <summary>Gets the processor that it is for, in Go's words; null for this machine's.</summary>
    public string? Architecture { get; init; }
}

/// <summary>
/// Writes images as <c>docker save</c> does (https://docs.docker.com/reference/api/engine/version/v1.41/#operation/ImageGet),
/// from nothing: no base image can be had where the tests run. The same files give the same ids.
/// </summary>
internal sealed class ImageArchive : IDisposable
{
    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FileStream _file;
    private readonly TarWriter _archive;
    private readonly Dictionary<string, string> _layers = [];
    private readonly JsonArray _manifest = [];

    public ImageArchive(string path)
    {
        _file = new FileStream(path, FileMode.CreateNew);
        _archive = new TarWriter(_file, TarEntryFormat.Ustar);
    }

    /// <summary>Adds a layer of files of this machine and of texts, by their paths in the image.</summary>
    public void Layer(string name, IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string>? texts = null)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var tar = new TarWriter(File.Create(path), TarEntryFormat.Ustar))
            {
                foreach (var (to, from) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
                {
                    using var content = File.OpenRead(from);
                    tar.WriteEntry(Entry(to, content, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
                }

                foreach (var (to, text) in texts ?? new Dictionary<string, string>())
                {
                    using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
                    tar.WriteEntry(Entry(to, content, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
                }

                if (texts is null)
                {
                    tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "tmp/") { Mode = (UnixFileMode)0x3FF, ModificationTime = Made });
                }
            }

            using var layer = File.OpenRead(path);
            _layers[name] = Convert.ToHexStringLower(SHA256.HashData(layer));
            layer.Position = 0;
            _archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{_layers[name]}/layer.tar") { DataStream = layer });
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Adds an image of layers that were added before.</summary>
    public void Image(ImageRecipe recipe)
    {
        var config = new JsonObject
        {
            ["architecture"] = recipe.Architecture ?? (System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64"),
            ["os"] = "linux",
            ["created"] = Made.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["config"] = recipe.Config.DeepClone(),
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. recipe.Layers.Select(layer => (JsonNode)$"sha256:{_layers[layer]}")]),
            },
        };
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        var file = Convert.ToHexStringLower(SHA256.HashData(bytes)) + ".json";
        Write(file, bytes);
        _manifest.Add(new JsonObject
        {
            ["Config"] = file,
            ["RepoTags"] = new JsonArray(recipe.Name),
            ["Layers"] = new JsonArray([.. recipe.Layers.Select(layer => (JsonNode)$"{_layers[layer]}/layer.tar")]),
        });
    }

    /// <summary>Ends it.</summary>
    public void Finish() => Write("manifest.json", Encoding.UTF8.GetBytes(_manifest.ToJsonString()));

    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    private void Write(string name, byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        _archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
    }

    private static UstarTarEntry Entry(string path, Stream content, UnixFileMode mode) =>
        new(TarEntryType.RegularFile, path.TrimStart('/')) { DataStream = content, Mode = mode, ModificationTime = Made };
}
