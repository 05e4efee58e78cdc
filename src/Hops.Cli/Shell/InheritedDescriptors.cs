using Hops.Common.Interop;

namespace Hops.Cli.Shell;

/// <summary>
/// Remembers which descriptors this program inherited. If standard input, output or error is closed, the next file or socket gets its number: results
/// would be written into a connection, and a file of the runtime would be read as targets.
/// </summary>
internal static class InheritedDescriptors
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private static int _closed;

    /// <summary>Reserves the numbers of closed standard streams, so that no file gets them. Must be called before anything is opened.</summary>
    public static void Reserve()
    {
        for (int descriptor = StandardInput; descriptor <= StandardError; descriptor++)
        {
            int flags = LibC.FileControl(descriptor, LibC.GetDescriptorFlags);
            if (IsInherited(flags))
            {
                continue;
            }

            _closed |= 1 << descriptor;
            if (flags < 0)
            {
                // The lowest free number is that of this stream. Reading from standard input then fails, as does writing to the others.
                _ = LibC.Open("/dev/null", descriptor == StandardInput ? LibC.OpenWriteOnly : LibC.OpenReadOnly);
            }
        }
    }

    /// <summary>Returns whether a descriptor was open when this program started.</summary>
    public static bool Has(int descriptor) =>
        OperatingSystem.IsWindows()
        || (descriptor <= StandardError ? (_closed & (1 << descriptor)) == 0 : IsInherited(LibC.FileControl(descriptor, LibC.GetDescriptorFlags)));

    /// <summary>Returns whether a descriptor was inherited: execve(2) closes the descriptors that .NET opens, but not inherited ones.</summary>
    private static bool IsInherited(int flags) => flags >= 0 && (flags & LibC.CloseOnExec) == 0;
}
