using System.Globalization;
using Hops.Cli.Output;
using Hops.Sharing;
using Spectre.Console;

namespace Hops.Cli.Commands;

/// <summary><c>hops system</c>: one filter for all users of the host.</summary>
internal static class SystemCommand
{
    public static Task<int> Enable(SharingOptions options) => Task.FromResult(Run(streams =>
    {
        SharingStatus before = SharedFilter.GetStatus();
        SharingStatus status = SharedFilter.Enable(options);
        TellOfNewGroup(streams, status.IsGroupNew, options);
        streams.WriteResult("[+]", Color.Green, $"shared in {status.Folder} with {AudienceOf(status)}, until the next boot");
        if (status.Replaced is { } replaced)
        {
            streams.WriteMessage("[!]", Color.Yellow, $"until now it was shared with {AudienceOf(replaced)}: those can no longer open it; who has opened it keeps it");
        }

        if (options.Everyone)
        {
            streams.WriteMessage("[!]", Color.Yellow, "any local user can now make readings unknown, those of others too; none can make them wrong");
        }
        else
        {
            streams.WriteMessage("[i]", Color.Grey, status.Group!.All(char.IsAsciiDigit)
                ? $"the group {status.Group} has no name here, which is enough for containers (--group-add {status.Group}); for users: sudo groupadd --gid {status.Group} NAME, then sudo usermod -aG NAME USER"
                : $"who shall measure joins the group, from the next login on: sudo usermod -aG {status.Group} USER (systemd: SupplementaryGroups={status.Group})");
        }

        if (before is { Folder: not null, Problem: { } problem } && before.Folder != status.Folder)
        {
            streams.WriteMessage("[!]", Color.Yellow,
                $"what was pinned before is replaced: {problem}; programs that have opened it keep it, so restart them");
        }

        if (status is { OtherWriters: not OtherWriters.Impossible, IsLoadingLocked: false })
        {
            streams.WriteMessage("[!]", Color.Yellow,
                "members can load programs that make readings wrong from then on, should kernel.unprivileged_bpf_disabled be 0 once; only its value 1 cannot be changed");
        }

        return ExitStatus.Measured;
    }));

    public static int Disable() => Run(static streams =>
    {
        SharedFilter.Disable();
        streams.WriteResult("[+]", Color.Green, "nothing is pinned any more; who has opened the filter keeps it");
        if (SharedFilter.GetStatus().Service is { } service)
        {
            streams.WriteMessage("[i]", Color.Grey, $"the service at {service} still hands out a filter of its own: sudo systemctl disable --now hops.socket hops.service");
        }

        return ExitStatus.Measured;
    });

    public static Task<int> ServeAsync(SharingOptions options) => RunAsync(async streams =>
    {
        using Interruption interruption = new();
        using SharedFilterServer server = SharedFilterServer.Start(options);
        TellOfNewGroup(streams, server.IsGroupNew, options);
        streams.WriteMessage("[+]", Color.Green, $"serving at {server.Path}");
        await server.RunAsync(sentence => streams.WriteMessage("[!]", Color.Yellow, sentence), interruption.Token).ConfigureAwait(false);
        streams.WriteMessage("[i]", Color.Grey, $"served {server.Served} times{(server.Refused == 0 ? "" : $", refused {server.Refused} callers")}");
        return interruption.Status ?? ExitStatus.Measured;
    });

    public static int ShowStatus(bool json) => Run(streams =>
    {
        SharingStatus status = SharedFilter.GetStatus();
        if (json)
        {
            streams.WriteRaw(SystemStatusJson.Format(status));
        }
        else
        {
            Show(streams, status);
        }

        return status.MayUse ? ExitStatus.Measured : ExitStatus.SomeFailed;
    });

    private static void Show(Streams streams, SharingStatus status)
    {
        streams.WriteRaw($"layout   v{status.Layout}{(status.OtherLayouts.Count == 0 ? "" : $"; of other versions: {string.Join(", ", status.OtherLayouts)}")}");
        if (status.PinnedAt is { } pinnedAt)
        {
            TimeSpan age = DateTimeOffset.UtcNow - pinnedAt;
            streams.WriteRaw($"pinned   {status.Folder}");
            streams.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"since    {pinnedAt:yyyy-MM-dd HH:mm:ss}Z ({(int)age.TotalHours} h {age.Minutes} min ago)"));
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

        streams.WriteRaw($"service  {status.Service ?? (status.ServiceProblem is { } reason ? $"not used: {reason}" : "none that answers this process")}");
        streams.WriteRaw($"may use  {(status.MayUsePins ? "yes" : status.MayUse ? $"yes, by the service; the pins not: {status.Problem}" : $"no: {status.Problem}")}");
        if (!status.MayUse && status.Remedy is { } remedy)
        {
            streams.WriteRaw($"remedy   {remedy}");
        }
    }

    private static void TellOfNewGroup(Streams streams, bool isNew, SharingOptions options)
    {
        if (isNew)
        {
            streams.WriteMessage("[i]", Color.Grey, $"made the system group {options.Group}");
        }
    }

    private static string WritersOf(SharingStatus status) => status switch
    {
        { OtherWriters: OtherWriters.Impossible } => "the filter alone: the kernel lets no other program use the slots",
        { OtherWriters: OtherWriters.NoneSeen, IsLoadingLocked: true } =>
            "the filter; no other program is seen, and only CAP_BPF can load one until the next boot",
        { OtherWriters: OtherWriters.NoneSeen } => "the filter; no other program is seen. Only kernel.unprivileged_bpf_disabled=1 cannot be set back to 0",
        _ => "not known: only root can look for other programs",
    };

    private static string AudienceOf(SharingStatus status) => status.Everyone ? "all users" : $"the members of the group {status.Group}";

    private static int Run(Func<Streams, int> act) => RunAsync(streams => Task.FromResult(act(streams))).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(Func<Streams, Task<int>> act)
    {
        using Streams streams = new();
        try
        {
            return await act(streams).ConfigureAwait(false);
        }
        catch (SharingException e)
        {
            streams.WriteMessage("[!]", Color.Red, $"{e.Message}");
            streams.WriteMessage("[i]", Color.Grey, $"remedy: {e.Remedy}");
            return ExitStatus.CannotMeasure;
        }
        catch (PlatformNotSupportedException e)
        {
            streams.WriteMessage("[!]", Color.Red, e.Message);
            return ExitStatus.CannotMeasure;
        }
    }
}
