using System.Net;
using System.Net.Sockets;
using Hops.Dialing;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>Tests racing, with attempts that the test controls; their sockets are real.</summary>
public sealed class AddressRaceTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly List<string> _attempts = [];

    [Fact]
    public async Task The_next_address_starts_when_the_first_is_slow()
    {
        AddressRace race = NewRace(TimeSpan.FromMilliseconds(10), async (address, cancellationToken) =>
        {
            if (address == "::1")
            {
                await Task.Delay(Never, cancellationToken);
            }
        });
        DialedSocket winner = await RunAsync(race, "::1 1.1.1.1 ::2");
        using Socket won = winner.Socket;
        Assert.Equal("1.1.1.1", winner.RemoteEndPoint.Address.ToString());
        Assert.Equal(["::1", "1.1.1.1"], _attempts);
    }

    [Fact]
    public async Task The_next_address_starts_at_once_when_the_first_fails()
    {
        AddressRace race = NewRace(Never, static (address, _) => address == "::1" ? Refuse() : Task.CompletedTask);
        DialedSocket winner = await RunAsync(race, "::1 1.1.1.1");
        using Socket won = winner.Socket;
        Assert.Equal("1.1.1.1", winner.RemoteEndPoint.Address.ToString());
    }

    [Fact]
    public async Task When_all_fail_the_last_failure_is_told_with_its_address()
    {
        AddressRace race = NewRace(Never, static (_, _) => Refuse());
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => RunAsync(race, "::1 1.1.1.1"));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
        Assert.EndsWith("(1.1.1.1:80)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_first_address_may_still_win()
    {
        TaskCompletionSource secondStarted = new();
        AddressRace race = NewRace(TimeSpan.FromMilliseconds(10), async (address, cancellationToken) =>
        {
            if (address == "::1")
            {
                await secondStarted.Task;
            }
            else
            {
                secondStarted.SetResult();
                await Task.Delay(Never, cancellationToken);
            }
        });
        DialedSocket winner = await RunAsync(race, "::1 1.1.1.1");
        using Socket won = winner.Socket;
        Assert.Equal("::1", winner.RemoteEndPoint.Address.ToString());
    }

    [Fact]
    public async Task Losers_are_closed_even_if_they_connect_after_all()
    {
        Requires.Linux();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        AddressRace race = NewRace(TimeSpan.FromMilliseconds(10), static async (address, cancellationToken) =>
        {
            if (address == "::1")
            {
                await Task.Delay(Never, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
        DialedSocket winner = await RunAsync(race, "::1 1.1.1.1");
        using Socket won = winner.Socket;
        Assert.Equal("1.1.1.1", winner.RemoteEndPoint.Address.ToString());
        won.Dispose();
    }

    /// <summary>An ordinary end would leave a socket in TIME_WAIT here for each loser.</summary>
    [Fact]
    public async Task Losers_are_reset()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        AddressRace race = new(TimeSpan.FromMilliseconds(10), async (endPoint, cancellationToken) =>
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                await Task.Delay(Never, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(listener.LocalEndPoint!, CancellationToken.None);
            return new DialedSocket(socket, endPoint, null, TimeSpan.Zero);
        });
        DialedSocket winner = await RunAsync(race, "::1 1.1.1.1");
        using Socket won = winner.Socket;
        Assert.Equal("1.1.1.1", winner.RemoteEndPoint.Address.ToString());
        using Socket served = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        using Socket lost = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        SocketException reset = await Assert.ThrowsAsync<SocketException>(
            async () => await lost.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task Giving_up_ends_all_attempts()
    {
        using CancellationTokenSource giveUp = new();
        AddressRace race = NewRace(TimeSpan.FromMilliseconds(1), async (address, cancellationToken) =>
        {
            if (address == "::2")
            {
                await giveUp.CancelAsync();
            }

            await Task.Delay(Never, cancellationToken);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.RunAsync(Parse("::1 1.1.1.1 ::2"), 80, giveUp.Token));
        Assert.Equal(3, _attempts.Count);
    }

    private static Task Refuse() => Task.FromException(new SocketException((int)SocketError.ConnectionRefused));

    private static IPAddress[] Parse(string addresses) => [.. addresses.Split(' ').Select(IPAddress.Parse)];

    private static Task<DialedSocket> RunAsync(AddressRace race, string addresses) =>
        race.RunAsync(Parse(addresses), 80, TestContext.Current.CancellationToken);

    private AddressRace NewRace(TimeSpan delay, Func<string, CancellationToken, Task> answer) => new(delay, async (endPoint, cancellationToken) =>
    {
        lock (_attempts)
        {
            _attempts.Add(endPoint.Address.ToString());
        }

        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await answer(endPoint.Address.ToString(), cancellationToken);
            return new DialedSocket(socket, endPoint, null, TimeSpan.Zero);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });
}
