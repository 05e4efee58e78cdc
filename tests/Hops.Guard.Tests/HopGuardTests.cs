using System.Net;
using System.Text;
using Hops.Testing;

namespace Hops.Guard.Tests;

/// <summary>In a network in memory: far.example is 9 hops away, near.example is 2.</summary>
public sealed class HopGuardTests
{
    private readonly FakeHopNetwork _network = new FakeHopNetwork()
        .AddName("far.example", "93.184.216.34")
        .AddName("near.example", "93.184.216.35")
        .AddName("xn--bcher-kva.example", "93.184.216.34")
        .AddServer("93.184.216.34", hops: 9, EchoAsync)
        .AddServer("93.184.216.35", hops: 2, EchoAsync);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_far_server_is_connected_to_and_answers()
    {
        await using Stream stream = await Guard().ConnectAsync("far.example", 25, Stop);
        await stream.WriteAsync("EHLO\n"u8.ToArray(), Stop);
        byte[] answer = new byte[5];
        await stream.ReadExactlyAsync(answer, Stop);
        Assert.Equal("EHLO\n", Encoding.ASCII.GetString(answer));
        FakeHopConnection connection = Assert.Single(_network.Connections);
        Assert.Equal(("93.184.216.34", 25, false), (connection.Address.ToString(), connection.Port, connection.IsClosed));
    }

    [Fact]
    public async Task A_near_server_is_refused_before_a_byte_is_sent()
    {
        HopGuardException e = await RefusalAsync(Guard(), "near.example", 25);
        Assert.Equal((HopGuardReason.Near, new DnsEndPoint("near.example", 25), 4, 2), (e.Reason, e.EndPoint, e.MinimumHops, e.Distance?.Hops));
        Assert.Equal(new HopGuardAttempt(IPAddress.Parse("93.184.216.35"), HopGuardReason.Near, e.Distance), Assert.Single(e.Attempts));
        Assert.Equal("near.example port 25 was refused: 93.184.216.35 is 2 hops (TTL 62 of 64), and the minimum is 4", e.Message);
        FakeHopConnection connection = Assert.Single(_network.Connections);
        Assert.Equal((0, true), (connection.BytesSent, connection.IsClosed));
    }

    [Fact]
    public async Task A_port_that_is_not_allowed_is_refused_before_the_name_is_looked_up()
    {
        HopGuard guard = Guard(static o => o.AllowedPorts.Add(25));
        HopGuardException e = await RefusalAsync(guard, "far.example", 22);
        Assert.Equal((HopGuardReason.Port, 4, 0), (e.Reason, e.MinimumHops, e.Attempts.Count));
        Assert.Empty(_network.LookUps);
        Assert.Empty(_network.Connections);
        await (await guard.ConnectAsync("far.example", 25, Stop)).DisposeAsync();
    }

    [Fact]
    public async Task A_guard_that_only_reports_connects_to_what_it_would_refuse()
    {
        HopGuard guard = Guard(static o => o.Mode = HopGuardMode.ReportOnly);
        await (await guard.ConnectAsync("near.example", 25, Stop)).DisposeAsync();
        Assert.Single(_network.Connections);
    }

    /// <summary>Hosts are compared in one form, whatever the form in which a caller writes them.</summary>
    [Theory]
    [InlineData("bücher.example")]
    [InlineData("BÜCHER.example.")]
    [InlineData("xn--bcher-kva.example")]
    public async Task The_minimum_of_a_host_holds_for_each_form_of_its_name(string host)
    {
        HopGuardException e = await RefusalAsync(Guard(static o => o.MinimumHopsByHost["xn--bcher-kva.example"] = 20), host, 25);
        Assert.Equal((HopGuardReason.Near, 20, 9), (e.Reason, e.MinimumHops, e.Distance?.Hops));
    }

    /// <summary>bücher.example is 9 hops away.</summary>
    [Theory]
    [InlineData(20, null, null, 20)]
    [InlineData(20, 12, null, 12)]
    [InlineData(20, 5, null, null)]
    [InlineData(20, 0, null, null)]
    [InlineData(5, null, 11, 11)]
    [InlineData(20, 20, 9, null)]
    public async Task The_longest_network_has_the_minimum_and_a_host_before_it(int wide, int? narrow, int? ofHost, int? refusing)
    {
        HopGuard guard = Guard(o =>
        {
            o.MinimumHopsByNetwork["0.0.0.0/0"] = wide;
            if (narrow is { } minimum)
            {
                o.MinimumHopsByNetwork["93.184.216.0/24"] = minimum;
            }

            if (ofHost is { } own)
            {
                o.MinimumHopsByHost["bücher.example"] = own;
            }
        });
        if (refusing is null)
        {
            await (await guard.ConnectAsync("bücher.example", 25, Stop)).DisposeAsync();
            return;
        }

        HopGuardException e = await RefusalAsync(guard, "bücher.example", 25);
        Assert.Equal((HopGuardReason.Near, refusing), (e.Reason, e.MinimumHops));
        Assert.EndsWith($"and the minimum is {refusing}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("::ffff:10.0.0.5")]
    [InlineData("64:ff9b::a00:5")]
    [InlineData("fe80::1%1")]
    public async Task A_special_purpose_address_is_refused_in_each_of_its_forms(string host)
    {
        HopGuardException e = await RefusalAsync(Guard(), host, 25);
        Assert.Equal(HopGuardReason.SpecialPurpose, e.Reason);
        Assert.Empty(_network.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("far.example:25")]
    [InlineData("far.example/path")]
    [InlineData("user@far.example")]
    [InlineData("far example")]
    [InlineData("far.example#")]
    [InlineData("[::1]:25")]
    [InlineData("[far.example]")]
    [InlineData("::1/128")]
    public async Task What_is_no_host_is_a_mistake_of_the_caller(string host)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => Guard().ConnectAsync(host, 25, Stop).AsTask());
        Assert.Equal("host", e.ParamName);
        Assert.Empty(_network.LookUps);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public async Task A_port_is_from_1_to_65535(int number) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("port", () => Guard().ConnectAsync("far.example", number, Stop).AsTask());

    [Fact]
    public void A_refusal_is_found_inside_other_exceptions()
    {
        HopGuardException refusal = new(HopGuardReason.Near, new DnsEndPoint("near.example", 25), 4, [], "refused");
        Assert.True(HopGuard.IsRefusal(new IOException("", refusal)));
        Assert.True(HopGuard.IsRefusal(new AggregateException(new IOException(), new IOException("", refusal))));
        Assert.False(HopGuard.IsRefusal(new IOException()));
        Assert.False(HopGuard.IsRefusal(null));
    }

    private static async Task EchoAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[256];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private HopGuard Guard(Action<HopGuardOptions>? configure = null)
    {
        HopGuardOptions options = new() { MinimumHops = 4 };
        configure?.Invoke(options);
        return new HopGuard(options, _network);
    }

    private static Task<HopGuardException> RefusalAsync(HopGuard guard, string host, int port) =>
        Assert.ThrowsAsync<HopGuardException>(() => guard.ConnectAsync(host, port, Stop).AsTask());
}
