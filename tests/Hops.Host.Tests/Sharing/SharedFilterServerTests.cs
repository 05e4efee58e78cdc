using System.Diagnostics;
using System.Net.Sockets;
using Hops.Filters;
using Hops.Host.Sharing;
using Hops.Sharing;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Host.Tests.Sharing;

/// <summary>The service, and sockets in its place that are stale, foreign or hostile.</summary>
public sealed class SharedFilterServerTests
{
    [Fact]
    public async Task What_the_service_hands_over_measures_also_when_it_has_ended()
    {
        using TemporaryShare share = new(enabled: false);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using CancellationTokenSource stop = new();
        SocketFilter filter;
        using (SharedFilterServer server = SharedFilterServer.Start(share.Paths, new() { Group = "65534" }))
        {
            Task serving = server.RunAsync(cancellationToken: stop.Token);
            using (SocketFilter own = PinnedFilter.Open(share.Paths))
            {
                Assert.Equal(64, TemporaryShare.Measure(own));
            }

            filter = PinnedFilter.Open(share.Paths);
            Assert.Equal(share.Paths.Socket, SharedFilter.GetStatus(share.Paths).Service);
            Assert.True(SharedFilter.GetStatus(share.Paths) is { MayUse: true, MayUsePins: false, IsEnabled: false });
            Assert.True(server.Served >= 2);
            await stop.CancelAsync();
            await serving;
        }

        using (filter)
        {
            Assert.False(File.Exists(share.Paths.Socket));
            Assert.Equal(64, TemporaryShare.Measure(filter));
        }
    }

    [Fact]
    public void A_second_service_is_refused_and_an_abandoned_socket_taken_over()
    {
        using TemporaryShare share = new(enabled: false);
        using (SharedFilterServer.Start(share.Paths, new() { Everyone = true }))
        {
            SharingException refusal = Assert.Throws<SharingException>(() => SharedFilterServer.Start(share.Paths, new() { Everyone = true }));
            Assert.Contains($"another service listens at {share.Paths.Socket}", refusal.Message, StringComparison.Ordinal);
        }

        using (Process killed = ListenAs("0", share))
        {
            killed.Kill();
            killed.WaitForExit();
        }

        Assert.Contains($"no process listens at {share.Paths.Socket}", share.Refusal().Reason, StringComparison.Ordinal);
        using SharedFilterServer server = SharedFilterServer.Start(share.Paths, new() { Everyone = true });
        Assert.Equal(share.Paths.Socket, server.Path);
    }

    [Fact]
    public void A_file_in_place_of_the_socket_is_refused_and_not_removed()
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.Root);
        File.WriteAllText(share.Paths.Socket, "precious");
        Assert.Contains(share.Paths.Socket, share.Refusal().Reason, StringComparison.Ordinal);
        Assert.Throws<SharingException>(() => SharedFilterServer.Start(share.Paths, new() { Everyone = true }));
        Assert.Equal("precious", File.ReadAllText(share.Paths.Socket));
    }

    [Fact]
    public void A_socket_of_another_user_is_refused()
    {
        using TemporaryShare share = new(enabled: false);
        using SharedFilterServer server = SharedFilterServer.Start(share.Paths, new() { Everyone = true });
        Command.Run("chown", "65534", share.Paths.Socket);
        Assert.Contains("belongs to user 65534, not to root", share.Refusal().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_user_who_listens_is_refused()
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.Root);
        Command.Run("chmod", "0777", share.Paths.Root);
        using Process squatter = ListenAs("65534", share);
        // It looks like root's.
        Command.Run("chmod", "0755", share.Paths.Root);
        Command.Run("chown", "0", share.Paths.Socket);
        Assert.Contains("user 65534 listens there, not root", share.Refusal().Reason, StringComparison.Ordinal);
        squatter.StandardInput.Close();
        squatter.WaitForExit();
    }

    [Fact]
    public void A_service_that_says_nothing_is_given_up()
    {
        using TemporaryShare share = new(enabled: false);
        using Socket silent = Listen(share);
        Assert.Contains("the service did not hand over a filter", share.Refusal().Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_service_whose_queue_is_full_is_given_up()
    {
        using TemporaryShare share = new(enabled: false);
        using Socket listener = Listen(share, backlog: 0);
        using Socket first = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(new UnixDomainSocketEndPoint(share.Paths.Socket));
        string reason = await Task.Run(() => share.Refusal().Reason, TestContext.Current.CancellationToken);
        Assert.Contains($"the service at {share.Paths.Socket} has accepted no connection for 1 s, and its queue is full", reason, StringComparison.Ordinal);
        // A service exists there, so another one does not take over the socket.
        SharingException refusal = await Task.Run(
            () => Assert.Throws<SharingException>(() => SharedFilterServer.Start(share.Paths, new() { Everyone = true })),
            TestContext.Current.CancellationToken);
        Assert.Contains("another service listens at", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_does_not_end_the_wait_for_the_filter()
    {
        using TemporaryShare share = new(enabled: false);
        using Socket listener = Listen(share);
        using FilterPair pair = FilterPair.Load();
        pair.Slots.Freeze();
        int thread = 0;
        Task<byte> client = Task.Factory.StartNew(
            () =>
            {
                Volatile.Write(ref thread, Threads.CurrentId());
                return share.Measure();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using Socket caller = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 5; i++)
        {
            Threads.WaitUntilAsleep(thread);
            Threads.Interrupt(thread);
        }

        Assert.Equal(Ebpf.Errno.None, PairMessage.Send(caller.SafeHandle, pair));
        Assert.Equal(64, await client);
    }

    [Fact]
    public async Task A_service_that_closes_at_once_is_refused() =>
        Assert.Contains("the service closed the connection", await RefusalOf(static caller => caller.Shutdown(SocketShutdown.Both)), StringComparison.Ordinal);

    [Fact]
    public async Task A_message_without_descriptors_is_refused() =>
        Assert.Contains("it sent no two descriptors", await RefusalOf(static caller => caller.Send([1])), StringComparison.Ordinal);

    [Fact]
    public async Task Another_layout_is_named() =>
        Assert.Contains("it serves layout v2, and this program reads v1", await RefusalOf(static caller => caller.Send([2])), StringComparison.Ordinal);

    [Fact]
    public async Task Slots_that_the_service_could_write_to_are_refused() => Assert.Contains("the map is not frozen", await RefusalOf(static caller =>
    {
        using FilterPair open = FilterPair.Load();
        Assert.Equal(Ebpf.Errno.None, PairMessage.Send(caller.SafeHandle, open));
    }), StringComparison.Ordinal);

    [Fact]
    public async Task A_filter_of_other_slots_is_refused() => Assert.Contains("the program writes to another map", await RefusalOf(static caller =>
    {
        using FilterPair one = FilterPair.Load();
        using FilterPair other = FilterPair.Load();
        other.Slots.Freeze();
        using FilterPair mixed = new(one.Filter, other.Slots);
        Assert.Equal(Ebpf.Errno.None, PairMessage.Send(caller.SafeHandle, mixed));
    }), StringComparison.Ordinal);

    /// <summary>Returns the reason for which a service made by a test, owned by root, is refused. No descriptor that it sent stays open.</summary>
    private static async Task<string> RefusalOf(Action<Socket> answer)
    {
        using TemporaryShare share = new(enabled: false);
        using Socket listener = Listen(share);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        Task serving = Task.Run(
            () =>
            {
                using Socket caller = listener.Accept();
                answer(caller);
            },
            TestContext.Current.CancellationToken);
        HopSourceRefusal refusal = share.Refusal();
        await serving;
        Assert.True(refusal.Remedy.Kind is HopRemedyKind.RestartService or HopRemedyKind.UpdateService, $"{refusal.Remedy}");
        return refusal.Reason;
    }

    /// <summary>A process of another user that listens in place of the service, until its input ends.</summary>
    private static Process ListenAs(string user, TemporaryShare share)
    {
        Directory.CreateDirectory(share.Paths.Root);
        string script = $"use IO::Socket::UNIX; $s = IO::Socket::UNIX->new(Local => '{share.Paths.Socket}', Listen => 1) or die $!; "
            + "$| = 1; print qq(listening\\n); <STDIN>";
        Process process = Process.Start(new ProcessStartInfo(
            Requires.Program("util-linux", "setpriv"), ["--reuid", user, "--clear-groups", Requires.Program("perl-base", "perl"), "-e", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        Assert.Equal("listening", process.StandardOutput.ReadLine());
        return process;
    }

    private static Socket Listen(TemporaryShare share, int backlog = 10)
    {
        Directory.CreateDirectory(share.Paths.Root);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(share.Paths.Socket));
        listener.Listen(backlog);
        return listener;
    }
}
