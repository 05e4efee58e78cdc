using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Policy;

/// <summary>Two layers, the address and the distance, and what opens which.</summary>
public sealed class LayerTests
{
    private const string Private = "10.1.2.3";

    [Theory]
    [InlineData(3, HopGuardReason.Near)]
    [InlineData(4, null)]
    [InlineData(35, null)]
    [InlineData(36, HopGuardReason.Implausible)]
    [InlineData(100, HopGuardReason.Implausible)]
    [InlineData(null, HopGuardReason.Unknown)]
    public async Task The_distance_decides(int? hops, HopGuardReason? reason)
    {
        using FakeGuard guard = new();
        guard.Network.AddServer("93.184.216.40", hops, FakeGuard.Hello);
        HopGuardException? refusal = await guard.RefusalAsync("https://93.184.216.40/");
        Assert.Equal(reason, refusal?.Reason);
        Assert.Equal(reason is null ? null : hops, refusal?.Distance?.Hops);
        Assert.Equal(reason is not null, guard.Network.Connections.Single().IsClosed);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(3, HopGuardReason.Near)]
    [InlineData(36, HopGuardReason.Implausible)]
    public async Task Without_a_required_measurement_only_the_unknown_is_let_through(int? hops, HopGuardReason? reason)
    {
        using FakeGuard guard = new(static o => o.RequireMeasurement = false);
        guard.Network.AddServer("93.184.216.40", hops, FakeGuard.Hello);
        Assert.Equal(reason, await guard.ReasonAsync("https://93.184.216.40/"));
        Assert.Equal(HopGuardReason.SpecialPurpose, await guard.ReasonAsync($"https://{Private}/"));
    }

    [Fact]
    public async Task Allowing_special_purpose_opens_the_layer_of_addresses_only()
    {
        using FakeGuard guard = new(static o => o.AllowedSpecialPurposeNetworks.Add("10.1.0.0/16"));
        guard.Network.AddServer(Private, hops: 3, FakeGuard.Hello).AddServer("10.2.0.1", hops: 9, FakeGuard.Hello);
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync($"https://{Private}/"));
        Assert.Equal(HopGuardReason.SpecialPurpose, await guard.ReasonAsync("https://10.2.0.1/"));
        guard.Network.AddServer(Private, hops: 4, FakeGuard.Hello);
        Assert.Null(await guard.ReasonAsync($"https://{Private}/"));
    }

    [Fact]
    public async Task Allowing_near_opens_the_layer_of_distances_only()
    {
        using FakeGuard guard = new(static o =>
        {
            o.AllowedNearNetworks.Add("10.1.0.0/16");
            o.AllowedNearNetworks.Add("93.184.216.35/32");
            o.AllowedNearHosts.Add("Partner.example.");
        });
        guard.Network.AddServer(Private, hops: 9, FakeGuard.Hello).AddServer("93.184.216.36", hops: null, FakeGuard.Hello)
            .AddName("partner.example", "93.184.216.36").AddName("other.example", "93.184.216.36");
        Assert.Equal(HopGuardReason.SpecialPurpose, await guard.ReasonAsync($"https://{Private}/"));
        Assert.Null(await guard.ReasonAsync("https://near.example/"));
        Assert.Null(await guard.ReasonAsync("https://partner.example/"));
        Assert.Equal(HopGuardReason.Unknown, await guard.ReasonAsync("https://other.example/"));
    }

    [Fact]
    public async Task Both_layers_open_for_both()
    {
        using FakeGuard guard = new(static o =>
        {
            o.AllowedNearNetworks.Add("10.1.0.0/16");
            o.AllowedSpecialPurposeNetworks.Add("10.1.0.0/16");
        });
        guard.Network.AddServer(Private, hops: 0, FakeGuard.Hello);
        Assert.Null(await guard.ReasonAsync($"https://{Private}/"));
    }

    [Fact]
    public async Task Refused_networks_and_filtered_addresses_are_not_connected_to()
    {
        using FakeGuard guard = new(static o =>
        {
            o.RefusedNetworks.Add("93.184.216.34/32");
            o.AllowedNearHosts.Add("far.example");
            o.AllowedSpecialPurposeNetworks.Add("93.184.216.34/32");
            o.IsAllowed = static candidate => !candidate.Address.Equals(IPAddress.Parse("93.184.216.35"));
        });
        Assert.Equal(HopGuardReason.Network, await guard.ReasonAsync("https://far.example/"));
        Assert.Equal(HopGuardReason.Application, await guard.ReasonAsync("https://near.example/"));
        Assert.Empty(guard.Network.Connections);
    }

    [Theory]
    [InlineData("169.254.169.254", "169.254.0.0/16")]
    [InlineData("168.63.129.16", "168.63.0.0/16")]
    [InlineData("100.100.100.200", "100.64.0.0/10")]
    [InlineData("fd00:ec2::254", "fd00::/8")]
    [InlineData("64:ff9b::a9fe:a9fe", "169.254.0.0/16")]
    public async Task Metadata_is_allowed_one_by_one_and_never_by_a_range(string address, string range)
    {
        string url = $"https://{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}/";
        using FakeGuard guard = new(o =>
        {
            o.AllowedSpecialPurposeNetworks.Add(range);
            o.AllowedNearNetworks.Add(range);
        });
        Assert.Equal(HopGuardReason.CloudMetadata, await guard.ReasonAsync(url));
        Assert.Empty(guard.Network.Connections);

        string single = address.StartsWith("64:", StringComparison.Ordinal) ? "169.254.169.254/32"
            : address.Contains(':', StringComparison.Ordinal) ? $"{address}/128"
            : $"{address}/32";
        using FakeGuard allowed = new(o => o.AllowedSpecialPurposeNetworks.Add(single));
        allowed.Network.AddServer(address, hops: 9, FakeGuard.Hello);
        Assert.Null(await allowed.ReasonAsync(url));
        using FakeGuard near = new(o => o.AllowedSpecialPurposeNetworks.Add(single));
        near.Network.AddServer(address, hops: 0, FakeGuard.Hello);
        Assert.Equal(HopGuardReason.Near, await near.ReasonAsync(url));
    }

    [Fact]
    public async Task A_host_may_have_a_minimum_of_its_own()
    {
        using FakeGuard guard = new(static o =>
        {
            o.MinimumHopsByHost["near.example"] = 2;
            o.MinimumHopsByHost["FAR.example."] = 10;
        });
        guard.Network.AddName("also-near.example", "93.184.216.35");
        Assert.Null(await guard.ReasonAsync("https://near.example/"));
        Assert.Null(await guard.ReasonAsync("https://NEAR.example./"));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://also-near.example/"));
        HopGuardException? far = await guard.RefusalAsync("https://far.example/");
        Assert.Equal("far.example port 443 was refused: 93.184.216.34 is 9 hops (TTL 55 of 64), and the minimum is 10", far?.Message);
    }

    [Fact]
    public async Task A_host_of_another_script_is_found_by_its_name()
    {
        using FakeGuard guard = new(static o => o.MinimumHopsByHost["bücher.example"] = 10);
        guard.Network.AddName("xn--bcher-kva.example", "93.184.216.34");
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://bücher.example/"));
    }

    [Fact]
    public async Task A_host_that_is_an_address_is_found_however_either_is_written()
    {
        foreach (string key in (string[])["2606:2800:220:1::35", "[2606:2800:220:1::35]", "2606:2800:220:1:0:0:0:35", "2606:2800:0220:0001::0.0.0.53"])
        {
            using FakeGuard near = new(o => o.AllowedNearHosts.Add(key));
            using FakeGuard minimum = new(o => o.MinimumHopsByHost[key] = 2);
            foreach (FakeGuard guard in (FakeGuard[])[near, minimum])
            {
                guard.Network.AddServer("2606:2800:220:1::35", hops: 2, FakeGuard.Hello).AddServer("2606:2800:220:1::36", hops: 2, FakeGuard.Hello);
                Assert.Null(await guard.ReasonAsync("https://[2606:2800:220:1:0::35]/"));
                Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://[2606:2800:220:1::36]/"));
            }
        }

        using FakeGuard four = new(static o => o.AllowedNearHosts.Add("93.184.216.35"));
        Assert.Null(await four.ReasonAsync("https://0x5d.184.55331/"));
        Assert.Equal(HopGuardReason.Near, await four.ReasonAsync("https://near.example/"));
    }

    [Fact]
    public async Task Only_allowed_ports_are_connected_to_after_a_redirect_too()
    {
        using FakeGuard any = new();
        using FakeGuard guard = new(static o => o.AllowedPorts.Add(443));
        foreach (FakeGuard each in (FakeGuard[])[any, guard])
        {
            each.Network.AddName("redirects.example", "93.184.216.40")
                .AddServer("93.184.216.40", hops: 9, static _ => new(HttpStatusCode.Found) { Headers = { Location = new Uri("https://far.example:6379/") } });
        }

        Assert.Null(await any.ReasonAsync("https://redirects.example/"));
        Assert.Null(await guard.ReasonAsync("https://far.example/"));
        HopGuardException? refusal = await guard.RefusalAsync("https://redirects.example/");
        Assert.Equal(
            (HopGuardReason.Port, 6379, 0, "far.example port 6379 was refused: the port is not allowed (AllowedPorts)"),
            (refusal?.Reason, refusal?.EndPoint.Port, refusal?.Attempts.Count, refusal?.Message));
        Assert.Equal([443, 443], guard.Network.Connections.Select(static connection => connection.Port));
        // The name is not looked up either, because its owner would see the query.
        Assert.Equal(["far.example", "redirects.example"], guard.Network.LookUps);
    }

    [Fact]
    public async Task In_report_only_mode_a_port_is_told_and_not_refused()
    {
        using FakeGuard guard = new(static o =>
        {
            o.Mode = HopGuardMode.ReportOnly;
            o.AllowedPorts.Add(443);
        });
        Assert.Null(await guard.ReasonAsync("https://far.example:6379/"));
        Assert.Contains("hops.guard.decisions 1 reason=port mode=report-only", guard.Metrics.Decisions);
        Assert.Contains(
            "Information: Hop guard 'webhooks': far.example port 6379 would have been refused: the port is not allowed (AllowedPorts)",
            guard.Log.Lines);
    }

    [Fact]
    public async Task A_name_that_mixes_allowed_and_refused_addresses_is_refused()
    {
        using FakeGuard guard = new();
        guard.Network.AddName("mixed.example", Private, "93.184.216.34");
        HopGuardException? refusal = await guard.RefusalAsync("https://mixed.example/");
        Assert.Equal(HopGuardReason.Mixed, refusal?.Reason);
        Assert.Equal([IPAddress.Parse(Private)], refusal?.Attempts.Select(static a => a.Address));
        Assert.Empty(guard.Network.Connections);
    }

    [Fact]
    public async Task Where_that_is_allowed_only_the_allowed_are_used()
    {
        using FakeGuard guard = new(static o => o.AllowMixed = true);
        guard.Network.AddName("mixed.example", Private, "93.184.216.35", "93.184.216.34").AddName("near-only.example", Private, "93.184.216.35");
        Assert.Null(await guard.ReasonAsync("https://mixed.example/"));
        Assert.Equal(
            ["93.184.216.35 port 443, 0 bytes sent, closed", "93.184.216.34"],
            guard.Network.Connections.Select(static c => c.IsClosed ? c.ToString() : c.Address.ToString()));
        HopGuardException? refusal = await guard.RefusalAsync("https://near-only.example/");
        Assert.Equal(HopGuardReason.Near, refusal?.Reason);
        Assert.Equal([HopGuardReason.SpecialPurpose, HopGuardReason.Near], refusal?.Attempts.Select(static a => a.Reason!.Value));
    }

    [Fact]
    public async Task An_address_that_was_not_measured_is_not_called_allowed()
    {
        using FakeGuard guard = new();
        guard.Network.AddName("both-near.example", "93.184.216.35", "93.184.216.36").AddServer("93.184.216.36", hops: 1, FakeGuard.Hello);
        HopGuardException? refusal = await guard.RefusalAsync("https://both-near.example/");
        Assert.Equal(HopGuardReason.Near, refusal?.Reason);
        Assert.Equal("both-near.example port 443 was refused: 93.184.216.35 is 2 hops (TTL 62 of 64), and the minimum is 4", refusal?.Message);
    }

    [Fact]
    public async Task A_network_that_connects_to_what_it_was_not_asked_for_is_not_asked_forever()
    {
        // As a network may do with an IPv4-mapped address; the real one resolves to the IPv4 address at once.
        using FakeGuard guard = new(static o =>
        {
            o.AllowMixed = true;
            o.AllowedSpecialPurposeNetworks.Add("::ffff:0:0/96");
        });
        guard.Network.AddName("mapped.example", "::ffff:93.184.216.35");
        Task<HopGuardReason?> reason = guard.ReasonAsync("https://mapped.example/");
        Assert.Equal(HopGuardReason.Near, await reason.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Single(guard.Network.Connections);
    }

    [Fact]
    public async Task In_report_only_mode_nothing_is_refused_and_everything_told()
    {
        using FakeGuard guard = new(static o => o.Mode = HopGuardMode.ReportOnly);
        guard.Network.AddServer(Private, hops: null, FakeGuard.Hello);
        foreach (string url in (string[])["https://near.example/", $"https://{Private}/", "http://far.example/", "https://far.example/"])
        {
            Assert.Null(await guard.ReasonAsync(url));
        }

        Assert.Equal(
            [
                "hops.guard.decisions 1 reason=near mode=report-only",
                "hops.guard.decisions 1 reason=special-purpose mode=report-only",
                "hops.guard.decisions 1 reason=scheme mode=report-only",
                "hops.guard.decisions 1 reason=allowed mode=report-only",
            ],
            guard.Metrics.Decisions);
        Assert.Contains(
            "Information: Hop guard 'webhooks': near.example port 443 would have been refused: 93.184.216.35 is 2 hops (TTL 62 of 64), "
                + "and the minimum is 4",
            guard.Log.Lines);
    }
}
