using System.Net.Sockets;
using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfSocketMapTests
{
    private const int NetAdmin = 12;
    private const int Bpf = 39;
    private const int SolSocket = 1;
    private const int SoCookie = 57;

    [Theory]
    [InlineData(BpfMapType.SockMap)]
    [InlineData(BpfMapType.SockHash)]
    [InlineData(BpfMapType.ReusePortSockArray)]
    public void A_socket_is_in_the_map_until_it_is_taken_out_or_closed(BpfMapType type)
    {
        Requires.Root();
        using BpfSocketMap<uint> map = BpfMap.CreateSocketMap<uint>(type, 4, "sockets");
        using Socket socket = TestSockets.Listening(0, reusePort: true);
        map.Set(3, socket);
        Assert.True(map.TryGetCookie(3, out ulong cookie));
        Assert.Equal(CookieOf(socket), cookie);
        Assert.True(map.Remove(3));
        Assert.False(map.Remove(3));
        Assert.False(map.TryGetCookie(3, out _));
        map.Set(2, socket);
        socket.Dispose();
        Assert.False(map.TryGetCookie(2, out _));
    }

    [Theory]
    [InlineData(BpfMapType.SockMap, "the socket must be a TCP socket that listens or is connected, or a UDP socket")]
    [InlineData(BpfMapType.ReusePortSockArray, "the socket must be a TCP or UDP socket that is bound and has SO_REUSEPORT")]
    public void Sockets_that_do_not_fit_are_explained(BpfMapType type, string reason)
    {
        Requires.Root();
        using BpfSocketMap<uint> map = BpfMap.CreateSocketMap<uint>(type, 1);
        using Socket fresh = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Contains(reason, Assert.Throws<BpfException>(() => map.Set(0, fresh)).Message, StringComparison.Ordinal);
        using Socket listening = TestSockets.Listening(0, reusePort: true);
        Assert.Contains("its keys are 0 to 0", Assert.Throws<BpfException>(() => map.Set(1, listening)).Message, StringComparison.Ordinal);
        listening.Dispose();
        Assert.Throws<ObjectDisposedException>(() => map.Set(0, listening));
    }

    [Fact]
    public void The_missing_capability_is_named()
    {
        Requires.Root();
        TestThread.WithCapabilities(1ul << Bpf, static () =>
        {
            BpfMap.CreateSocketMap<uint>(BpfMapType.ReusePortSockArray, 1).Dispose();
            Assert.Contains(
                "Creating a map of type SockMap needs CAP_NET_ADMIN",
                Assert.Throws<BpfException>(static () => BpfMap.CreateSocketMap<uint>(BpfMapType.SockMap, 1)).Message,
                StringComparison.Ordinal);
        });
        TestThread.WithCapabilities((1ul << Bpf) | (1ul << NetAdmin), static () => BpfMap.CreateSocketMap<uint>(BpfMapType.SockHash, 1).Dispose());
    }

    private static ulong CookieOf(Socket socket)
    {
        byte[] cookie = new byte[8];
        socket.GetRawSocketOption(SolSocket, SoCookie, cookie);
        return BitConverter.ToUInt64(cookie);
    }
}
