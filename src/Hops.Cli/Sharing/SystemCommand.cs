using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Host.Guarding;
using Hops.Host.Sharing;
using Hops.Host.Watching;
using Spectre.Console;

namespace Hops.Cli.Sharing;

/// <summary>Implements <c>hops system</c>, which shares one filter with users of the host.</summary>
internal static class SystemCommand
{
    public static ExitStatus Enable(SharingOptions options) => Run(streams =>
    {
        SharingStatus before = SharedFilter.GetStatus();
        SharingStatus status = SharedFilter.Enable(options);
        TellOfNewGroup(streams, status.IsGroupNew, options);
        streams.WriteResult("[+]", Color.Green, $"shared in {status.Folder} with {SystemStatusText.AudienceOf(status)}, until the next boot");
        if (status.Replaced is { } replaced)
        {
            Warn(
                streams,
                $"until now it was shared with {SystemStatusText.AudienceOf(replaced)}, who can no longer open it; processes that have opened it keep it");
        }

        if (options.Everyone)
        {
            Warn(streams, "any local user can now make readings unknown, also those of other users, but not wrong");
        }
        else
        {
            streams.WriteMessage("[i]", Color.Grey, status.Group!.All(char.IsAsciiDigit)
                ? $"the group {status.Group} has no name here, which is enough for containers (--group-add {status.Group}); "
                    + $"for users: sudo groupadd --gid {status.Group} NAME, then sudo usermod -aG NAME USER"
                : $"to let a user measure, from the next login on: sudo usermod -aG {status.Group} USER "
                    + $"(systemd: SupplementaryGroups={status.Group})");
        }

        if (before is { Folder: not null, Problem: { } problem } && before.Folder != status.Folder)
        {
            Warn(streams, $"the earlier pins were replaced: {problem}; programs that have opened the old filter keep it, so restart them");
        }

        if (status is { OtherWriters: not HopSlotWriters.Impossible, IsLoadingLocked: false })
        {
            Warn(
                streams,
                "if kernel.unprivileged_bpf_disabled is ever set to 0, members can load programs that make readings wrong from then on; "
                + "only its value 1 cannot be changed");
        }

        return ExitStatus.Measured;
    });

    public static ExitStatus Disable() => Run(static streams =>
    {
        SharedFilter.Disable();
        streams.WriteResult("[+]", Color.Green, "nothing is pinned any more; processes that have opened the filter keep it");
        if (SharedFilter.GetStatus().Service is { } service)
        {
            streams.WriteMessage(
                "[i]",
                Color.Grey,
                $"the service at {service} still hands out a filter of its own: sudo systemctl disable --now hops.socket hops.service");
        }

        return ExitStatus.Measured;
    });

    public static Task<ExitStatus> ServeAsync(SharingOptions options) => RunAsync(async streams =>
    {
        using Interruption interruption = new();
        using SharedFilterServer server = SharedFilterServer.Start(options);
        TellOfNewGroup(streams, server.IsGroupNew, options);
        streams.WriteMessage("[+]", Color.Green, $"serving at {server.Path}");
        await server.RunAsync(sentence => Warn(streams, sentence), interruption.Token).ConfigureAwait(false);
        streams.WriteMessage("[i]", Color.Grey, $"served {server.Served} times{(server.Refused == 0 ? "" : $", refused {server.Refused} callers")}");
        return interruption.Status ?? ExitStatus.Measured;
    });

    public static ExitStatus ShowStatus(bool json) => Run(streams =>
    {
        SharingStatus status = SharedFilter.GetStatus();
        int? watches = AttachedWatches.Count();
        IReadOnlyList<string> guards = GuardedCgroup.LeftBehind();
        if (json)
        {
            streams.WriteRaw(SystemStatusJson.Format(status, watches, guards));
        }
        else
        {
            SystemStatusText.Show(streams, status, watches, guards);
        }

        return status.MayUse ? ExitStatus.Measured : ExitStatus.SomeFailed;
    });

    private static void TellOfNewGroup(Streams streams, bool isNew, SharingOptions options)
    {
        if (isNew)
        {
            streams.WriteMessage("[i]", Color.Grey, $"created the system group {options.Group}");
        }
    }

    private static void Warn(Streams streams, string text) => streams.WriteMessage("[!]", Color.Yellow, text);

    private static ExitStatus Run(Func<Streams, ExitStatus> act) => RunAsync(streams => Task.FromResult(act(streams))).GetAwaiter().GetResult();

    private static async Task<ExitStatus> RunAsync(Func<Streams, Task<ExitStatus>> act)
    {
        using Streams streams = new();
        try
        {
            return await act(streams).ConfigureAwait(false);
        }
        catch (SharingException e)
        {
            streams.WriteMessage("[!]", Color.Red, e.Message);
            streams.WriteMessage("[i]", Color.Grey, $"remedy: {Advice.For(e)}");
            return ExitStatus.CannotMeasure;
        }
        catch (PlatformNotSupportedException e)
        {
            streams.WriteMessage("[!]", Color.Red, e.Message);
            return ExitStatus.CannotMeasure;
        }
    }
}
