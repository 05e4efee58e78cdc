using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hops.Benchmarks.Processes;

/// <summary>A file without a name or a disk, for a child process to write to (memfd_create(2)).</summary>
internal sealed class MemoryFile : IDisposable
{
    private const uint CloseOnExec = 1;

    public MemoryFile()
    {
        int descriptor = LibC.CreateMemoryFile("output", CloseOnExec);
        Handle = descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new InvalidOperationException($"The kernel gave no file in memory (memfd_create: errno {Marshal.GetLastPInvokeError()}).");
    }

    public SafeFileHandle Handle { get; }

    public string ReadAll()
    {
        byte[] bytes = new byte[RandomAccess.GetLength(Handle)];
        int length = 0;
        while (length < bytes.Length && RandomAccess.Read(Handle, bytes.AsSpan(length), length) is var count and > 0)
        {
            length += count;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    public void Dispose() => Handle.Dispose();
}
