namespace Release.Components;

/// <summary>The one place of the build that names the system's clock: everything else takes a <see cref="TimeProvider"/>.</summary>
internal static class SystemClock
{
#pragma warning disable RS0030 // this is a program's composition: it names the clock that all the others take
    public static readonly TimeProvider Instance = TimeProvider.System;
#pragma warning restore RS0030
}
