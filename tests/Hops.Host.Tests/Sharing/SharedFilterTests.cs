using System.Net;
using System.Net.Sockets;
using Hops.Host.Sharing;
using Hops.Lab;
using Hops.Sharing;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Host.Tests.Sharing;

public sealed class SharedFilterTests
{
    [Fact]
    public void A_shared_filter_measures_and_leaves_nothing_behind()
    {
        using TemporaryShare share = new(enabled: false);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        Assert.Equal((false, false, false), Facts(SharedFilter.GetStatus(share.Paths)));

        SharingStatus status = SharedFilter.Enable(share.Paths, new() { Group = "65534" });
        Assert.Equal((true, true, true), Facts(status));
        Assert.Equal((1, false), (status.Layout, status.Everyone));
        Assert.True(status.Group is "nogroup" or "65534");
        Assert.InRange(status.PinnedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal(64, share.Measure());

        SharedFilter.Disable(share.Paths);
        Assert.Equal((false, false, false), Facts(SharedFilter.GetStatus(share.Paths)));
        Assert.DoesNotContain(share.Paths.FileSystem, Mounts.OfType("bpf"));
        SharedFilter.Disable(share.Paths);

        static (bool, bool, bool) Facts(SharingStatus status) => (status.IsEnabled, status.MayUse, status.MayUsePins);
    }

    [Fact]
    public void Enabling_again_changes_nothing_unless_others_shall_use_it()
    {
        using TemporaryShare share = new();
        Assert.Equal(share.Folder, SharedFilter.Enable(share.Paths, new() { Group = "65534" }).Folder);

        SharingStatus everyone = SharedFilter.Enable(share.Paths, new() { Everyone = true });
        Assert.NotEqual(share.Folder, everyone.Folder);
        Assert.Equal((true, null), (everyone.Everyone, everyone.Group));
        Assert.Equal([everyone.Folder], Directory.GetDirectories(share.Paths.LayoutFolder).Where(folder => folder != share.Paths.CurrentLink));
    }

    [Fact]
    public void What_is_broken_is_made_anew()
    {
        using TemporaryShare share = new();
        File.Delete(share.Slots);
        Assert.False(SharedFilter.GetStatus(share.Paths).MayUse);
        SharingStatus status = SharedFilter.Enable(share.Paths, new() { Group = "65534" });
        Assert.True(status.MayUsePins);
        Assert.NotEqual(share.Folder, status.Folder);
        Assert.False(Directory.Exists(share.Folder));
    }

    [Fact]
    public void Those_who_have_opened_it_keep_it_when_it_is_replaced_and_when_it_is_gone()
    {
        using TemporaryShare share = new();
        using SocketFilter filter = PinnedFilter.Open(share.Paths);
        using LabServer server = LabServer.Start();
        using Socket armed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        filter.Arm(armed);

        SharedFilter.Enable(share.Paths, new() { Everyone = true });
        Assert.Equal(64, TemporaryShare.Measure(filter));
        SharedFilter.Disable(share.Paths);
        armed.Connect(IPAddress.Loopback, server.Port);
        Assert.Equal(64, filter.Read(armed));
        Assert.Equal(64, TemporaryShare.Measure(filter));
    }

    [Fact]
    public async Task Readers_always_find_a_filter_while_it_is_replaced()
    {
        using TemporaryShare share = new();
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(
            () =>
            {
                for (int round = 0; !stop.IsCancellationRequested; round++)
                {
                    SharedFilter.Enable(share.Paths, new() { Everyone = round % 2 == 0, Group = "65534" });
                }
            },
            TestContext.Current.CancellationToken);
        for (int reading = 0; reading < 2000; reading++)
        {
            PinnedPair.Open(share.Paths).Dispose();
        }

        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public void A_folder_that_others_may_write_to_is_not_used()
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.Root);
        Command.Run("chmod", "0777", share.Paths.Root);
        SharingException refusal = Assert.Throws<SharingException>(() => SharedFilter.Enable(share.Paths, new() { Everyone = true }));
        Assert.Contains($"{share.Paths.Root} is not to be trusted: others than root may write to it", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((SharingOperation.Enable, new HopRemedy(HopRemedyKind.InspectPath, share.Paths.Root)), (refusal.Operation, refusal.Remedy));
    }

    [Fact]
    public void A_file_system_of_type_bpf_that_is_mounted_already_is_used()
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.FileSystem);
        Command.Run("mount", "-t", "bpf", "-o", "mode=0755", "bpf", share.Paths.FileSystem);
        Assert.True(SharedFilter.Enable(share.Paths, new() { Everyone = true }).MayUsePins);
        Assert.Single(Mounts.OfType("bpf"), share.Paths.FileSystem);
    }

    [Fact]
    public void One_that_anyone_may_write_to_is_not()
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.FileSystem);
        Command.Run("mount", "-t", "bpf", "-o", "mode=1777", "bpf", share.Paths.FileSystem);
        SharingException refusal = Assert.Throws<SharingException>(() => SharedFilter.Enable(share.Paths, new() { Everyone = true }));
        Assert.Contains($"{share.Paths.FileSystem} is not to be trusted", refusal.Message, StringComparison.Ordinal);
    }
}
