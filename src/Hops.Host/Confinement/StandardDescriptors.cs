using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Confinement;

/// <summary>Checks standard input, output and error, which a confined program inherits: an inherited socket would not be guarded.</summary>
public static class StandardDescriptors
{
    /// <summary>The number of standard descriptors. All others are closed.</summary>
    public const int Count = 3;

    /// <summary>Returns whether a confined program may have a standard descriptor.</summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    public static StandardDescriptorKind KindOf(int descriptor)
    {
        using SafeFileHandle handle = new(descriptor, ownsHandle: false);
        if (!FileOwner.TryRead(handle, out FileOwner file, out _))
        {
            return StandardDescriptorKind.Refused;
        }

        return file.IsSocket ? (IsStreamOfThisHost(descriptor) ? StandardDescriptorKind.UnixStream : StandardDescriptorKind.Refused)
            : file.IsData ? StandardDescriptorKind.File
            : StandardDescriptorKind.Refused;
    }

    private static bool IsStreamOfThisHost(int socket) => Option(socket, LibC.SoDomain) == LibC.UnixDomain && Option(socket, LibC.SoType) == LibC.StreamType;

    private static unsafe int Option(int socket, int name)
    {
        int value;
        uint length = sizeof(int);
        return LibC.GetSocketOption(socket, LibC.SolSocket, name, &value, &length) == 0 ? value : -1;
    }
}
