using System.Net.Sockets;
using Hops.Guard;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Policy;

/// <summary>Which of the addresses of a name are judged, and which are tried.</summary>
public sealed class AddressChoiceTests
{
    private const string FarIPv6 = "2606:2800:220:1::1";

    [Fact]
    public async Task Of_a_name_with_very_many_addresses_a_few_are_tried()
    {
        using FakeGuard guard = new(static o => o.AllowMixed = true);
        string[] many = [.. Enumerable.Range(1, 250).Select(static i => $"93.184.217.{i}")];
        guard.Network.AddName("many.example", [.. many, FarIPv6]);
        foreach (string address in many.Append(FarIPv6))
        {
            guard.Network.AddServer(address, hops: 2, FakeGuard.Hello);
        }

        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://many.example/"));
        Assert.Equal(8, guard.Network.Connections.Count);

        // One of the eight is of the other family.
        guard.Network.AddServer(FarIPv6, hops: 9, FakeGuard.Hello);
        Assert.Null(await guard.ReasonAsync("https://many.example/"));
    }

    [Fact]
    public async Task All_addresses_are_judged_whether_they_are_tried_or_not()
    {
        using FakeGuard guard = new();
        guard.Network.AddName("many.example", [.. Enumerable.Repeat("93.184.216.34", 250), "10.0.0.1"]);
        Assert.Equal(HopGuardReason.Mixed, await guard.ReasonAsync("https://many.example/"));
        Assert.Empty(guard.Network.Connections);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetworkV6, FarIPv6)]
    [InlineData(AddressFamily.InterNetwork, "93.184.216.34")]
    public async Task A_client_of_one_family_has_no_addresses_of_the_other(AddressFamily family, string expected)
    {
        using FakeGuard guard = new(o => o.AddressFamily = family);
        guard.Network.AddServer(FarIPv6, hops: 9, FakeGuard.Hello)
            .AddName("both.example", "93.184.216.34", FarIPv6)
            // Not refused for the address of the other family, which is near as such.
            .AddName("mixed.example", family == AddressFamily.InterNetwork ? "::1" : "127.0.0.1", expected)
            .AddName("other.example", family == AddressFamily.InterNetwork ? FarIPv6 : "::ffff:93.184.216.34");
        Assert.Null(await guard.ReasonAsync("https://both.example/"));
        Assert.Null(await guard.ReasonAsync("https://mixed.example/"));
        Assert.All(guard.Network.Connections, connection => Assert.Equal(expected, connection.Address.ToString()));
        using HttpClient client = guard.Client();
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetStringAsync(new Uri("https://other.example/"), TestContext.Current.CancellationToken));
        Assert.False(HopGuard.IsRefusal(failure));
        Assert.Equal(SocketError.NoData, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
    }
}
