using System.Globalization;
using Hops.Cli.Output;
using Hops.Host.Sharing;

namespace Hops.Cli.Sharing;

/// <summary>Prints the result of <c>hops system status</c> for people.</summary>
internal static class SystemStatusText
{
    public static void Show(Streams streams, SharingStatus status, int? watches, IReadOnlyList<string> guards)
    {
        string others = status.OtherLayouts.Count == 0 ? "" : $"; of other versions: {string.Join(", ", status.OtherLayouts)}";
        streams.WriteRaw($"layout   v{status.Layout}{others}");
        if (status.PinnedAt is { } pinnedAt)
        {
            TimeSpan age = DateTimeOffset.UtcNow - pinnedAt;
            streams.WriteRaw($"pinned   {status.Folder}");
            streams.WriteRaw(string.Create(
                CultureInfo.InvariantCulture, $"since    {pinnedAt:yyyy-MM-dd HH:mm:ss}Z ({(int)age.TotalHours} h {age.Minutes} min ago)"));
            streams.WriteRaw($"owner    root, with {AudienceOf(status)}");
        }
        else
        {
            streams.WriteRaw("pinned   nothing");
        }

        if (status.IsEnabled)
        {
            streams.WriteRaw($"writers  {WritersOf(status)}");
        }

        streams.WriteRaw($"service  {ServiceOf(status)}");
        streams.WriteRaw($"may use  {UseOf(status)}");
        if (watches > 0)
        {
            streams.WriteRaw($"watches  {watches} of this host (hops watch)");
        }

        foreach (string guard in guards)
        {
            streams.WriteRaw($"guard    was killed; processes in {guard} stay guarded, and 'echo 1 > {guard}/cgroup.kill' ends them");
        }

        if (!status.MayUse && Advice.For(status) is { } remedy)
        {
            streams.WriteRaw($"remedy   {remedy}");
        }
    }

    public static string AudienceOf(SharingStatus status) => status.Everyone ? "all users" : $"the members of the group {status.Group}";

    private static string WritersOf(SharingStatus status) => status switch
    {
        { OtherWriters: HopSlotWriters.Impossible } => "the filter alone: the kernel lets no other program use the slots",
        { OtherWriters: HopSlotWriters.NoneSeen, IsLoadingLocked: true } =>
            "the filter; no other program is seen, and only CAP_BPF can load one until the next boot",
        { OtherWriters: HopSlotWriters.NoneSeen } => "the filter; no other program is seen. Only kernel.unprivileged_bpf_disabled=1 cannot be set back to 0",
        _ => "not known: only root can look for other programs",
    };

    private static string ServiceOf(SharingStatus status) =>
        status.Service ?? (status.ServiceProblem is { } reason ? $"not used: {reason}" : "none that answers this process");

    private static string UseOf(SharingStatus status) =>
        status.MayUsePins ? "yes"
        : status.MayUse ? $"yes, through the service; not the pins: {status.Problem}"
        : $"no: {status.Problem}";
}
