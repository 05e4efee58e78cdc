using Ebpf;
using Ebpf.Programs;
using Hops.Sources;

namespace Hops.Sharing;

/// <summary>What an administrator does so that this process gets a shared filter.</summary>
internal static class SharingRemedy
{
    public const string Pins = "sudo hops system enable";
    public const string Service = "sudo systemctl enable --now hops.socket, or sudo hops system serve (docs/deploy.md), for processes that may not call bpf(2)";

    public const string OutsideOfUserNamespace = "run it outside of the user namespace (the rootless container)";

    // Asked once: it is for advice, and who is refused may ask for each connection.
    private static readonly Lazy<bool> MayOpenPins = new(Try);
    private static readonly Lazy<string> Chosen = new(Choose);

    /// <summary>The verb of <c>hops system</c> that helps this process: pins are for those who may open them.</summary>
    public static string Verb => MayOpenPins.Value ? "enable" : "serve";

    /// <summary>Where nothing is shared.</summary>
    public static string ForThisProcess => Chosen.Value;

    private static string Choose() =>
        FilterKernel.IsTooOld ? FilterKernel.Remedy
        : !UserNamespace.IsInitial ? OutsideOfUserNamespace
        : MayOpenPins.Value ? Pins
        : Service;

    /// <summary>Whether this process may open pins at all: a seccomp profile, and Linux before 5.19 for those without CAP_BPF, refuse before they look whether there is one.</summary>
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
