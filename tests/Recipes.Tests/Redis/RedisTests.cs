using System.Net.Security;
using Hops.Guard;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;
using StackExchange.Redis;

namespace Hops.Recipes.Tests.Redis;

/// <summary>StackExchange.Redis through a guard. The control of each refusal is a guard that only reports.</summary>
[Trait("Length", "Long")]
public sealed class RedisTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private const int SentinelPort = 26379;

    // The first is in slot 5061, of 16384.
    private const string KeyOfFarHalf = "bar";
    private const string KeyOfNearHalf = "foo";
    private const int SlotOfNearHalf = 12182;

    [Fact]
    public async Task Keys_and_messages_go_to_the_far_server_also_when_the_connection_is_made_anew()
    {
        Requires.Root();
        using ServerProcess far = RedisServer.Start(lab.Far, 6380);
        await using ConnectionMultiplexer redis = await ConnectAsync(HopGuardMode.Enforce, RecipeLab.FarName, 6380);
        IDatabase database = redis.GetDatabase();
        await database.StringSetAsync("greeting", "hello");
        Assert.Equal("hello", await database.StringGetAsync("greeting"));

        TaskCompletionSource<string?> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("news"), (_, message) => heard.TrySetResult(message));
        await database.PublishAsync(RedisChannel.Literal("news"), "first");
        Assert.Equal("first", await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        RedisServer.Command(lab.Far, "-p", "6380", "client", "kill", "type", "normal");
        await Eventually.EqualAsync("hello", async () => (string?)await database.StringGetAsync("greeting"));
    }

    /// <summary>The lab's certificate has no issuer; tests may ignore this error only.</summary>
    [Fact]
    public async Task Over_TLS_the_far_servers_name_is_verified()
    {
        Requires.Root();
        using ServerProcess far = RedisServer.StartWithTls(lab.Far, 6381);
        ConfigurationOptions options = Options(HopGuardMode.Enforce, RecipeLab.FarName, 6381);
        options.Ssl = true;
        options.CertificateValidation += static (_, _, _, errors) => errors == SslPolicyErrors.RemoteCertificateChainErrors;
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        Assert.True(await redis.GetDatabase().StringSetAsync("greeting", "hello"));

        options.SslHost = "other.example";
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        using ServerProcess near = RedisServer.Start(lab.Near);
        lab.AtNear();
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(mode, RecipeLab.NearName, RedisServer.Port));
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await using ConnectionMultiplexer redis = await ConnectAsync(mode, RecipeLab.NearName, RedisServer.Port);
        await redis.GetDatabase().StringSetAsync("greeting", "hello");
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task The_near_member_of_a_cluster_that_a_far_one_names_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        using RedisCluster cluster = await RedisCluster.StartAsync(lab, firstSlotOfNear: 8192);
        lab.AtNear();
        await using ConnectionMultiplexer redis = await ConnectAsync(mode, RecipeLab.FarName, RedisCluster.Port);
        IDatabase database = redis.GetDatabase();
        await database.StringSetAsync(KeyOfFarHalf, "1");
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAnyAsync<RedisException>(() => database.StringSetAsync(KeyOfNearHalf, "2"));
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await database.StringSetAsync(KeyOfNearHalf, "2");
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce, "MOVED")]
    [InlineData(HopGuardMode.ReportOnly, "MOVED")]
    [InlineData(HopGuardMode.Enforce, "ASK")]
    [InlineData(HopGuardMode.ReportOnly, "ASK")]
    public async Task A_redirection_to_a_near_member_that_joined_later_sends_it_no_byte(HopGuardMode mode, string redirection)
    {
        Requires.Root();
        using RedisCluster cluster = await RedisCluster.StartAsync(lab, firstSlotOfNear: null);
        await using ConnectionMultiplexer redis = await ConnectAsync(mode, RecipeLab.FarName, RedisCluster.Port);
        IDatabase database = redis.GetDatabase();
        Assert.True((await database.StringGetAsync(KeyOfNearHalf)).IsNull);
        await cluster.JoinAsync();
        lab.AtNear();
        cluster.Redirect(SlotOfNearHalf, redirection);
        if (mode == HopGuardMode.Enforce)
        {
            RedisException e = await Assert.ThrowsAnyAsync<RedisException>(() => database.StringGetAsync(KeyOfNearHalf));
            Assert.Contains(lab.NearAddress, e.Message, StringComparison.Ordinal);
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await Eventually.EqualAsync(true, async () => (await database.StringGetAsync(KeyOfNearHalf)).IsNull);
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_master_that_a_far_sentinel_names_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        using ServerProcess near = RedisServer.Start(lab.Near);
        using ServerProcess sentinel = RedisServer.StartSentinel(lab.Far, SentinelPort, lab.NearAddress);
        lab.AtNear();
        ConfigurationOptions options = Options(mode, RecipeLab.FarName, SentinelPort);
        options.ServiceName = "shop";
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAnyAsync<RedisException>(() => ConnectionMultiplexer.ConnectAsync(options));
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.GetDatabase().StringSetAsync("greeting", "hello");
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(HopGuardMode mode, string host, int port) =>
        await ConnectionMultiplexer.ConnectAsync(Options(mode, host, port));

    private ConfigurationOptions Options(HopGuardMode mode, string host, int port) => new()
    {
        EndPoints = { { host, port } },
        Tunnel = new GuardTunnel(lab.NewGuard(o => o.Mode = mode)),
        AllowAdmin = true,
    };
}
