using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Testing;

namespace Hops.Http.Tests.Policy;

/// <summary>Requests with a minimum of their own: far.example is 9 hops away, near.example is 2, and the client's minimum is 4.</summary>
public sealed class MinimumTests
{
    [Theory]
    [InlineData("far.example", null, false)]
    [InlineData("far.example", 9, false)]
    [InlineData("far.example", 10, true)]
    [InlineData("near.example", null, true)]
    [InlineData("near.example", 2, false)]
    [InlineData("near.example", 3, true)]
    public async Task A_request_has_the_minimum_that_it_asks_for(string host, int? minimum, bool isRefused)
    {
        using FakeGuard guard = new();
        using HttpClient client = guard.Client();
        Assert.Equal(isRefused, await RefusesAsync(client, host, minimum));
    }

    /// <summary>A connection that a lower minimum has let through is in no pool that a higher one uses.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connections_are_not_shared_between_minimums(bool isOfFactory)
    {
        using FakeGuard guard = new();
        HopGuard own = new(new HopGuardOptions { MinimumHops = 4, AllowedSchemes = { "http" } }, guard.Network);
        using HttpClient client = isOfFactory ? guard.Client() : new HttpClient(own.CreateHandler(static () => new SocketsHttpHandler()));
        string scheme = isOfFactory ? "https" : "http";
        for (int i = 0; i < 3; i++)
        {
            Assert.False(await RefusesAsync(client, "near.example", 2, scheme));
            Assert.True(await RefusesAsync(client, "near.example", 3, scheme));
            Assert.True(await RefusesAsync(client, "near.example", null, scheme));
        }

        // One that is used again, and each refusal's own, on which nothing was sent.
        FakeHopConnection[] connections = [.. guard.Network.Connections];
        Assert.Equal(7, connections.Length);
        Assert.Equal(1, connections.Count(static connection => connection.BytesSent > 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(36)]
    [InlineData(-1)]
    public async Task What_is_no_minimum_is_a_mistake_of_the_caller(int minimum)
    {
        using FakeGuard guard = new();
        using HttpClient client = guard.Client();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RefusesAsync(client, "far.example", minimum));
    }

    [Fact]
    public async Task A_handler_that_is_there_once_has_one_minimum()
    {
        using FakeGuard guard = new();
        HopGuard own = new(new HopGuardOptions { MinimumHops = 4, AllowedSchemes = { "http" } }, guard.Network);
        using HttpClient client = new(own.CreateHandler(new SocketsHttpHandler()));
        Assert.False(await RefusesAsync(client, "far.example", 4, "http"));
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => RefusesAsync(client, "far.example", 5, "http"));
        Assert.Contains("CreateHandler(() => new SocketsHttpHandler())", e.Message, StringComparison.Ordinal);
        Assert.Single(guard.Network.Connections);
    }

    private static async Task<bool> RefusesAsync(HttpClient client, string host, int? minimum, string scheme = "https")
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{scheme}://{host}/");
        if (minimum is { } own)
        {
            request.Options.Set(HopGuardRequest.MinimumHops, own);
        }

        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return false;
        }
        catch (HttpRequestException e) when (HopGuard.IsRefusal(e))
        {
            return true;
        }
    }
}
