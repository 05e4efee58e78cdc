using System.Text;
using Ebpf.SystemCalls;

namespace Ebpf.TypeInformation;

/// <summary>Loads types into the kernel, for maps and programs that refer to them by a descriptor.</summary>
internal static unsafe class BtfLoader
{
    private const int LogSize = 16 * 1024;

    /// <param name="btf">The types in the format of <see cref="BtfBuilder"/>.</param>
    /// <param name="what">The owner of the types, for errors: <c>the map 'counts'</c>.</param>
    /// <exception cref="BpfException">The kernel refused: the process lacks CAP_BPF, or the kernel is older than 4.18.</exception>
    public static FileDescriptor Load(byte[] btf, string what)
    {
        byte[] log = new byte[LogSize];
        fixed (byte* bytes = btf)
        fixed (byte* logPointer = log)
        {
            Bpf.BtfLoadAttributes attributes = new() { Btf = (ulong)bytes, BtfSize = (uint)btf.Length };
            Errno error = Bpf.BtfLoad(ref attributes, out FileDescriptor descriptor);
            if (MemoryLock.RaisedAfter(error))
            {
                error = Bpf.BtfLoad(ref attributes, out descriptor);
            }

            if (error == Errno.None)
            {
                return descriptor;
            }

            // Load it again with a log, which has the reason.
            attributes.LogLevel = 1;
            attributes.LogBuffer = (ulong)logPointer;
            attributes.LogSize = LogSize;
            if (error != Errno.EPERM && Bpf.BtfLoad(ref attributes, out FileDescriptor again) == Errno.None)
            {
                return again;
            }

            int length = log.AsSpan().IndexOf((byte)0);
            string? reason = Encoding.UTF8.GetString(log, 0, Math.Max(length, 0)).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
            throw new BpfException(BpfCommand.BtfLoad, error, $"Describing the types of {what}", reason);
        }
    }
}
