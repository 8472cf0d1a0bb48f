namespace Nuke.Common;

/// <summary>A floor: Verbose shows everything, Normal from debug up, Minimal from warnings up, Quiet from errors up.</summary>
public enum Verbosity
{
    Verbose,
    Normal,
    Minimal,
    Quiet,
}
