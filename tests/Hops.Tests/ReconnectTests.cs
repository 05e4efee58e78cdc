using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>
/// One socket serves one connect. .NET does not allow a second connect; raw calls do. These tests check the documented behaviour.
/// </summary>
public sealed class ReconnectTests : IDisposable
{
    private const int FirstTtl = 64;

    private readonly LabNetwork? _lab = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? LabNetwork.Create(1) : null;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_socket_that_stays_armed_is_unknown_after_another_TTL_and_right_after_the_same(AddressFamily family)
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        Assert.Equal(FirstTtl - 1, ReadAfterReconnecting(meter, family, FirstTtl, disarm: false));
        Assert.Null(ReadAfterReconnecting(meter, family, 100, disarm: false));
    }

    /// <summary>
    /// The word in the slot is the socket's, and the kernel tells one connection of a socket from another in no way that a reading could ask for.
    /// </summary>
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_socket_that_was_disarmed_in_between_reads_as_the_first_connection(AddressFamily family)
    {
        Requires.Root();
        Assert.Equal(FirstTtl - 1, ReadAfterReconnecting(HopMeter.Open(), family, 100, disarm: true));
    }

    [Fact]
    public void The_socket_option_reads_the_second_connection_or_after_disarming_nothing()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open(HopMeterSource.SocketOption);
        Assert.Equal(99, ReadAfterReconnecting(meter, AddressFamily.InterNetworkV6, 100, disarm: false));
        Assert.Null(ReadAfterReconnecting(meter, AddressFamily.InterNetworkV6, 100, disarm: true));
    }

    [Theory]
    [InlineData(HopMeterSource.SocketFilter)]
    [InlineData(HopMeterSource.SocketOption)]
    public void A_disconnected_socket_is_unknown(HopMeterSource source)
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open(source);
        using LabServer server = LabServer.Start(_lab!.Server);
        Connecting.WarmUp(_lab, server.Port);
        using Socket socket = Connecting.NewSocket(_lab.Client, AddressFamily.InterNetworkV6);
        meter.Arm(socket);
        socket.Connect(_lab.ServerAddress(AddressFamily.InterNetworkV6), server.Port);
        Assert.Equal(1, meter.Read(socket)?.Hops);
        RawCalls.Disconnect(socket);
        Assert.True(socket.Connected);
        Assert.Null(meter.Read(socket));
    }

    public void Dispose() => _lab?.Dispose();

    private int? ReadAfterReconnecting(HopMeter meter, AddressFamily family, int secondTtl, bool disarm)
    {
        using LabServer first = LabServer.Start(_lab!.Server, initialTtl: FirstTtl);
        using LabServer second = LabServer.Start(_lab.Server, initialTtl: secondTtl);
        Connecting.WarmUp(_lab, first.Port);
        using Socket socket = Connecting.NewSocket(_lab.Client, family);
        meter.Arm(socket);
        socket.Connect(_lab.ServerAddress(family), first.Port);
        Assert.Equal(FirstTtl - 1, meter.Read(socket)?.ReceivedTtl);
        if (disarm)
        {
            meter.Disarm(socket);
        }

        RawCalls.Disconnect(socket);
        RawCalls.Connect(socket, new IPEndPoint(_lab.ServerAddress(family), second.Port));
        return meter.Read(socket)?.ReceivedTtl;
    }
}
