using System.Runtime.InteropServices;
using Release.Tools;

namespace Release.Components.Terminal;

/// <summary>
/// Writes to a descriptor of this process itself. The console streams of .NET hold the lock of <c>Console.Out</c> while they write: a
/// reader that takes nothing would then keep everybody from saying anything, and the release from going on.
/// </summary>
/// <param name="descriptor">1 for standard output, 2 for errors.</param>
internal sealed class DescriptorStream(int descriptor) : OutgoingStream
{
    private const int Interrupted = 4; // EINTR
    private const int ForWriting = 4; // POLLOUT

    // EAGAIN of Linux and of the BSDs: a descriptor that somebody else has made non-blocking.
    private static readonly int[] Busy = [11, 35];

    /// <summary>Writes all of it, however long that takes.</summary>
    /// <exception cref="IOException">The reader went away, the disk is full, or the descriptor is closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Write(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (Busy.Contains(error))
            {
                var wanted = new Awaited { Descriptor = descriptor, Events = ForWriting };
                _ = Poll(ref wanted, 1, -1);
            }
            else if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, ref byte bytes, nint count);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Awaited awaited, nuint count, int milliseconds);
#pragma warning restore SYSLIB1054

    // struct pollfd
    [StructLayout(LayoutKind.Sequential)]
    private struct Awaited
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
