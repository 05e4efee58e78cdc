using Ebpf.Features;

namespace Hops.Sharing;

/// <summary>
/// Checks whether all users may load eBPF (<c>kernel.unprivileged_bpf_disabled=0</c>). If so, any process that can open the slots could write to them with its
/// own program, so no filter is shared: each process loads its own filter with private slots.
/// </summary>
internal static class UnprivilegedLoading
{
    private const string Setting = "/proc/sys/kernel/unprivileged_bpf_disabled";

    /// <summary>Whether the setting is 1, which stays so until the next boot; false also where it cannot be read.</summary>
    public static bool IsLocked()
    {
        try
        {
            return File.ReadAllText(Setting).Trim() == "1";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <exception cref="SharingRefusedException">Everyone may load eBPF, or it cannot be known.</exception>
    public static void ThrowIfAllowed()
    {
        BpfFeature setting = BpfFeatures.Probe(BpfSetting.UnprivilegedUse);
        if (setting.Support != BpfSupport.No)
        {
            throw new SharingRefusedException(
                $"a shared filter cannot be trusted here: {setting.Reason}",
                setting.Support == BpfSupport.Yes ? HopRemedyKind.ForbidUnprivilegedLoading : HopRemedyKind.MakeSettingsReadable);
        }
    }
}
