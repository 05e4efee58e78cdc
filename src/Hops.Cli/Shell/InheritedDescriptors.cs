using Hops.Common.Interop;

namespace Hops.Cli.Shell;

/// <summary>
/// Which descriptors whoever started this program gave it. Where standard input, output or error is closed, the next file or socket gets its number: results
/// would be written into a connection, and a file of the runtime read as targets.
/// </summary>
internal static class InheritedDescriptors
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private static int _closed;

    /// <summary>Call it before anything is opened. From then on no file gets the number of a standard stream that is closed.</summary>
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
                // It gets the lowest number that is free, which is this one. To read from standard input fails, and to write to the others.
                _ = LibC.Open("/dev/null", descriptor == StandardInput ? LibC.OpenWriteOnly : LibC.OpenReadOnly);
            }
        }
    }

    /// <summary>Whether a descriptor was open when this program started.</summary>
    public static bool Has(int descriptor) =>
        OperatingSystem.IsWindows()
        || (descriptor <= StandardError ? (_closed & (1 << descriptor)) == 0 : IsInherited(LibC.FileControl(descriptor, LibC.GetDescriptorFlags)));

    /// <summary>What .NET opens, execve(2) would close; what came through execve(2), it would not.</summary>
    private static bool IsInherited(int flags) => flags >= 0 && (flags & LibC.CloseOnExec) == 0;
}
