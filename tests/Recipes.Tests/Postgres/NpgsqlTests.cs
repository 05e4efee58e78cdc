using System.Net;
using System.Security.Authentication;
using Hops.Guard;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;
using Npgsql;

namespace Hops.Recipes.Tests.Postgres;

/// <summary>Npgsql through a guard's forwarder, with the real PostgreSQL. The control of each refusal is a guard that only reports.</summary>
[Trait("Length", "Long")]
public sealed class NpgsqlTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ServerProcess Far => lab.Keep("far", () => PostgresServer.Start(lab.Far));

    private ServerProcess Near => lab.Keep("near", () => PostgresServer.Start(lab.Near));

    [Fact]
    public async Task A_query_runs_on_the_far_server_over_TLS_with_its_name_verified_and_can_be_cancelled()
    {
        Requires.Root();
        await using HopGuardForwarder forwarder = Forward(Far, HopGuardMode.Enforce, RecipeLab.FarName);
        await using NpgsqlDataSource source = Source(forwarder, RecipeLab.FarName);
        await using NpgsqlCommand query = source.CreateCommand("select ssl and inet_server_addr() = $1 from pg_stat_ssl where pid = pg_backend_pid()");
        query.Parameters.AddWithValue(IPAddress.Parse(lab.FarAddress));
        Assert.Equal(true, await query.ExecuteScalarAsync(Stop));

        // Npgsql makes another connection to say it.
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(Stop);
        await using NpgsqlCommand sleep = new("select pg_sleep(300)", connection);
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(1));
        OperationCanceledException e = await Assert.ThrowsAsync<OperationCanceledException>(() => sleep.ExecuteScalarAsync(soon.Token));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, Assert.IsType<PostgresException>(e.InnerException).SqlState);
    }

    [Fact]
    public async Task The_name_in_the_far_servers_certificate_is_verified()
    {
        Requires.Root();
        await using HopGuardForwarder forwarder = Forward(Far, HopGuardMode.Enforce, RecipeLab.FarName);
        await using NpgsqlDataSource source = Source(forwarder, "other.example");
        Exception e = await Assert.ThrowsAnyAsync<Exception>(async () => await source.OpenConnectionAsync(Stop));
        Assert.IsType<AuthenticationException>(e.InnerException);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        await using HopGuardForwarder forwarder = Forward(Near, mode, RecipeLab.NearName);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={forwarder.EndPoint.Port};Username=postgres;SSL Mode=Require");
        lab.AtNear();
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await source.OpenConnectionAsync(Stop));
            Assert.True(HopGuard.IsRefusal(forwarder.LastFailure), $"{forwarder.LastFailure}");
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await using NpgsqlConnection connection = await source.OpenConnectionAsync(Stop);
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task Of_several_hosts_a_near_one_gets_no_byte_and_the_far_one_is_used(HopGuardMode mode)
    {
        Requires.Root();
        await using HopGuardForwarder near = Forward(Near, mode, RecipeLab.NearName);
        await using HopGuardForwarder far = Forward(Far, mode, RecipeLab.FarName);
        NpgsqlDataSourceBuilder builder = new($"Host=127.0.0.1:{near.EndPoint.Port},127.0.0.1:{far.EndPoint.Port};Username=postgres;SSL Mode=Require");
        await using NpgsqlMultiHostDataSource source = builder.BuildMultiHost();
        lab.AtNear();
        await using NpgsqlCommand query = source.CreateCommand("select host(inet_server_addr())");
        object? address = await query.ExecuteScalarAsync(Stop);
        int bytes = lab.AtNear().Bytes;
        if (mode == HopGuardMode.Enforce)
        {
            Assert.Equal((lab.FarAddress, 0), (address, bytes));
            return;
        }

        Assert.Equal(lab.NearAddress, address);
        Assert.NotEqual(0, bytes);
    }

    private HopGuardForwarder Forward(ServerProcess server, HopGuardMode mode, string name)
    {
        Assert.True(Directory.Exists(server.Folder));
        return lab.NewGuard(o => o.Mode = mode).Forward(name, PostgresServer.Port);
    }

    private NpgsqlDataSource Source(HopGuardForwarder forwarder, string name)
    {
        NpgsqlDataSourceBuilder builder = new(
            $"Host=127.0.0.1;Port={forwarder.EndPoint.Port};Username=postgres;SSL Mode=VerifyFull;Root Certificate={Far.Folder}/certificate.pem");
        builder.UseSslClientAuthenticationOptionsCallback(o => o.TargetHost = name);
        return builder.Build();
    }
}
