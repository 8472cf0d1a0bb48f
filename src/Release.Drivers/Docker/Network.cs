namespace Release.Drivers.Docker;

/// <summary>A network.</summary>
/// <param name="Id">64 hexadecimal digits.</param>
/// <param name="Name">Its name; several may have the same.</param>
/// <param name="Driver">What makes it (<c>bridge</c>).</param>
/// <param name="Labels">Its labels.</param>
public sealed record Network(string Id, string Name, string Driver, IReadOnlyDictionary<string, string> Labels)
{
    internal static Network Read(EngineDocument document) => new(
        document.Text("Id"), document.Text("Name"), document.OptionalText("Driver") ?? "", document.TextByName("Labels"));
}

/// <summary>A volume.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record Volume(string Name, IReadOnlyDictionary<string, string> Labels)
{
    internal static Volume Read(EngineDocument document) => new(document.Text("Name"), document.TextByName("Labels"));
}
