using Ebpf;
using Ebpf.Programs;
using Hops.Common.Processes;
using Hops.Filters;

namespace Hops.Sharing;

/// <summary>Finds the remedy with which an administrator lets this process use a shared filter.</summary>
internal static class SharingRemedy
{
    // Asked once: it is for advice, and a refused caller may ask for each connection.
    private static readonly Lazy<bool> MayOpenPins = new(Try);
    private static readonly Lazy<HopRemedy> Chosen = new(Choose);

    /// <summary>How a host shares with this process: pins are for those who may open them.</summary>
    public static string Way => MayOpenPins.Value ? "enable" : "serve";

    /// <summary>Returns the remedy if nothing is shared.</summary>
    public static HopRemedy ForThisProcess => Chosen.Value;

    private static HopRemedy Choose() =>
        FilterKernel.IsTooOld ? FilterKernel.Remedy
        : !ProcessStatus.ReadIsInInitialUserNamespace() ? new(HopRemedyKind.LeaveUserNamespace)
        : new(MayOpenPins.Value ? HopRemedyKind.SharePins : HopRemedyKind.ShareByService);

    /// <summary>
    /// Whether this process may open pins at all: a seccomp profile, and Linux before 5.19 for those without CAP_BPF, refuse before they look whether there is
    /// one.
    /// </summary>
    private static bool Try()
    {
        try
        {
            // There is none of this name.
            BpfProgram.OpenPinned(SharedPaths.FilterPin(SharedPaths.OfHost.FileSystem), BpfProgramType.SocketFilter).Dispose();
            return true;
        }
        catch (BpfException e)
        {
            return e.Errno is not (Errno.EPERM or Errno.ENOSYS);
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    }
}
