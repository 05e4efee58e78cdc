using Ebpf;
using Ebpf.Features;

namespace Hops.Sharing;

/// <summary>
/// While everyone may load eBPF (<c>kernel.unprivileged_bpf_disabled=0</c>), any process that can open the slots could write to them with a program of its own. Then nothing is
/// shared: each process loads a filter with slots that nobody else has.
/// </summary>
internal static class UnprivilegedLoading
{
    /// <exception cref="SharingRefusedException">Everyone may load eBPF, or it cannot be known.</exception>
    public static void ThrowIfAllowed()
    {
        BpfFeature setting = BpfFeatures.Probe(BpfSetting.UnprivilegedUse);
        if (setting.Support != BpfSupport.No)
        {
            throw new SharingRefusedException(
                $"a shared filter cannot be trusted here: {setting.Reason}",
                setting.Support == BpfSupport.Yes ? "sudo sysctl kernel.unprivileged_bpf_disabled=2, the default of Linux" : "make /proc/sys readable");
        }
    }
}
