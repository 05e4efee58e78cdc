using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Links;

/// <summary>Network interfaces by name and by index, in the network namespace of the calling thread.</summary>
internal static unsafe class NetworkInterfaces
{
    /// <exception cref="BpfException">There is no interface with that name.</exception>
    public static int IndexOf(string name, string attempt)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Bpf.ThrowIfUnsupported();
        // A NUL would hide the rest of the name.
        uint index = name.Contains('\0', StringComparison.Ordinal) ? 0 : LibC.InterfaceIndexOf(name);
        return index != 0
            ? (int)index
            : throw new BpfException(
                "if_nametoindex", Errno.ENODEV, $"{attempt} failed: there is no such interface in this network namespace ('ip link' lists them)");
    }

    public static bool Exists(int index)
    {
        byte* name = stackalloc byte[LibC.InterfaceNameSize];
        return LibC.InterfaceNameOf((uint)index, name) != null;
    }
}
