using System.Net.Sockets;
using Hops.Testing;

namespace Hops.Guard.Tests;

/// <summary>
/// Connections that are judged by the names that the caller asked for, and those to partners. far.example is 9 hops away, near.example is 2.
/// </summary>
public sealed class NameTests
{
    private const string Far = "93.184.216.34";
    private const string Near = "93.184.216.35";

    private readonly FakeHopNetwork _network = new FakeHopNetwork()
        .AddName("far.example", Far)
        .AddName("near.example", Near)
        .AddName("alias.test", Near)
        .AddServer(Far, hops: 9, static (_, _) => Task.CompletedTask)
        .AddServer(Near, hops: 2, static (_, _) => Task.CompletedTask);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_allowed_hosts_are_looked_up()
    {
        HopGuard guard = Guard(static o => o.AllowedHosts.Add("*.example"));
        HopGuardException e = await Assert.ThrowsAsync<HopGuardException>(() => guard.ConnectAsync("alias.test", 25, Stop).AsTask());
        Assert.Equal((HopGuardReason.Host, 0), (e.Reason, e.Attempts.Count));
        Assert.Equal("alias.test port 25 was refused: the host is not one of those that are allowed (AllowedHosts)", e.Message);
        Assert.Empty(_network.LookUps);
        await (await guard.ConnectAsync("far.example", 25, Stop)).DisposeAsync();
    }

    [Theory]
    [InlineData("*.example", true)]
    [InlineData("near.example", true)]
    [InlineData("*.near.example", false)]
    public async Task A_pattern_allows_near_hosts(string pattern, bool isAllowed) =>
        Assert.Equal(isAllowed, await ConnectsAsync(Guard(o => o.AllowedNearHosts.Add(pattern)), "near.example"));

    [Theory]
    [InlineData("*.example", 2, true)]
    [InlineData("*.example", 3, false)]
    [InlineData("*.near.example", 1, false)]
    public async Task A_pattern_has_a_minimum(string pattern, int minimum, bool isAllowed) =>
        Assert.Equal(isAllowed, await ConnectsAsync(Guard(o => o.MinimumHopsByHost[pattern] = minimum), "near.example"));

    [Fact]
    public async Task The_address_of_a_near_host_may_be_near_under_other_names_where_that_is_wanted()
    {
        Assert.False(await ConnectsAsync(Guard(static o => o.AllowedNearHosts.Add("near.example")), "alias.test"));
        Assert.False(await ConnectsAsync(Guard(static o => o.AllowedNearHosts.Add("near.example")), Near));

        HopGuard matching = Guard(static o =>
        {
            o.AllowedNearHosts.Add("near.example");
            o.AllowedNearHosts.Add("gone.example");
            o.MatchNearHostsByAddress = true;
        });
        Assert.True(await ConnectsAsync(matching, "alias.test"));
        Assert.True(await ConnectsAsync(matching, Near));

        // Another near server stays refused, and the names were looked up once.
        _network.AddServer("93.184.216.36", hops: 1, static (_, _) => Task.CompletedTask);
        Assert.False(await ConnectsAsync(matching, "93.184.216.36"));
        Assert.Equal(1, _network.LookUps.Count(static name => name == "near.example"));
    }

    [Fact]
    public async Task Refused_networks_are_replaced_as_a_whole_or_not_at_all()
    {
        HopGuard guard = Guard(static o => o.RefusedNetworks.Add("198.51.100.0/24"));
        Assert.True(await ConnectsAsync(guard, "far.example"));

        guard.ReplaceRefusedNetworks(["93.184.216.34/32"]);
        HopGuardException e = await Assert.ThrowsAsync<HopGuardException>(() => guard.ConnectAsync("far.example", 25, Stop).AsTask());
        Assert.Equal(HopGuardReason.Network, e.Reason);

        ArgumentException mistake = Assert.Throws<ArgumentException>(() => guard.ReplaceRefusedNetworks(["198.51.100.0/24", "10.1/16", "10.1.2.3/16"]));
        Assert.Contains("RefusedNetworks has '10.1/16'", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("RefusedNetworks has '10.1.2.3/16'", mistake.Message, StringComparison.Ordinal);
        Assert.False(await ConnectsAsync(guard, "far.example"));

        guard.ReplaceRefusedNetworks([]);
        Assert.True(await ConnectsAsync(guard, "far.example"));
    }

    [Fact]
    public async Task The_socket_outlives_the_stream_that_it_came_in()
    {
        _network.AddServer(Far, hops: 9, static async (stream, stop) => await stream.CopyToAsync(stream, stop));
        using Socket socket = await Guard().ConnectSocketAsync("far.example", 25, Stop);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        await socket.SendAsync("PING"u8.ToArray(), Stop);
        byte[] answer = new byte[4];
        Assert.Equal(4, await socket.ReceiveAsync(answer, Stop));
        Assert.Equal("PING"u8, answer);
    }

    private HopGuard Guard(Action<HopGuardOptions>? configure = null)
    {
        HopGuardOptions options = new() { MinimumHops = 4 };
        configure?.Invoke(options);
        return new HopGuard(options, _network);
    }

    private static async Task<bool> ConnectsAsync(HopGuard guard, string host)
    {
        try
        {
            await (await guard.ConnectAsync(host, 25, Stop)).DisposeAsync();
            return true;
        }
        catch (HopGuardException)
        {
            return false;
        }
    }
}
