using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Programs;
using Hops.Host.Sharing;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// A filter that is pinned as <c>hops system enable</c> does it, in a mount namespace with its own <c>/run</c>, which only one thread sees. The mounts and pins
/// disappear with the thread, and the host is not changed. Opened descriptors stay open.
/// </summary>
internal static partial class PrivateShare
{
    private const int CloneNewMounts = 0x00020000;
    private const ulong Recursive = 0x4000;
    private const ulong Private = 1 << 18;

    /// <summary>A meter that uses the shared filter.</summary>
    /// <exception cref="HopMeterUnavailableException">The pins cannot be opened.</exception>
    /// <exception cref="SharingException">Nothing can be pinned here.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no mount namespace to be had.</exception>
    public static HopMeter OpenMeter() => Run(static _ => HopMeter.Open(HopMeterSource.PinnedFilter));

    /// <summary>The shared filter itself: the code of Hops as a program to attach and detach.</summary>
    /// <exception cref="SharingException">Nothing can be pinned here.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no mount namespace to be had.</exception>
    public static BpfProgram OpenFilter() => Run(static status => BpfProgram.OpenPinned($"{status.Folder}/filter", BpfProgramType.SocketFilter));

    private static T Run<T>(Func<SharingStatus, T> open)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                // A group by its number: a named one would be created.
                result = open(SharedFilter.Enable(new SharingOptions { Group = "0" }));
            }
            catch (Exception e) when (e is HopMeterUnavailableException or SharingException or BpfException or PlatformNotSupportedException)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Enter()
    {
        if (Unshare(CloneNewMounts) != 0 || Mount("none", "/", null, Recursive | Private, null) != 0 || Mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") != 0)
        {
            throw new PlatformNotSupportedException($"A mount namespace for its pins needs root: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Mount(string source, string target, string? type, ulong flags, string? data);
}
