namespace Release.Configuration;

/// <summary>Where a configuration refers to a secret.</summary>
/// <param name="Reference">The reference (<c>${env:TOKEN}</c>).</param>
/// <param name="Path">The JSON path of the value that holds it (<c>$.checks[0].headers.Authorization</c>).</param>
/// <param name="Line">Its line, from 1.</param>
public sealed record SecretReference(string Reference, string Path, int Line);
