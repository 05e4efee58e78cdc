using System.Diagnostics;
using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Telemetry;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Decisions_and_distances_are_counted_without_an_address()
    {
        using FakeGuard guard = new();
        Assert.Null(await guard.ReasonAsync("https://far.example/"));
        Assert.Null(await guard.ReasonAsync("https://far.example/pooled"));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/"));
        Assert.Equal(
            [
                "hops.guard.measure.duration",
                "hops.guard.distance 9",
                "hops.guard.decisions 1 reason=allowed mode=enforce",
                "hops.guard.measure.duration",
                "hops.guard.distance 2",
                "hops.guard.decisions 1 reason=near mode=enforce",
            ],
            guard.Metrics.Measurements);
    }

    [Theory]
    [InlineData(HopGuardReason.Near, "near", "https://near.example/")]
    [InlineData(HopGuardReason.Unknown, "unknown", "https://unknown.example/")]
    [InlineData(HopGuardReason.Implausible, "implausible", "https://implausible.example/")]
    [InlineData(HopGuardReason.SpecialPurpose, "special-purpose", "https://127.0.0.1/")]
    [InlineData(HopGuardReason.CloudMetadata, "cloud-metadata", "https://169.254.169.254/")]
    [InlineData(HopGuardReason.Network, "network", "https://93.184.0.1/")]
    [InlineData(HopGuardReason.Application, "application", "https://93.185.0.1/")]
    [InlineData(HopGuardReason.Mixed, "mixed", "https://mixed.example/")]
    [InlineData(HopGuardReason.Scheme, "scheme", "http://far.example/")]
    [InlineData(HopGuardReason.Version, "version", "https://far.example/", 3)]
    [InlineData(HopGuardReason.Port, "port", "https://far.example:22/")]
    public async Task Every_reason_is_counted_once_under_its_name(HopGuardReason reason, string tag, string url, int version = 1)
    {
        using FakeGuard guard = new(static o =>
        {
            o.RefusedNetworks.Add("93.184.0.0/24");
            o.AllowedPorts.Add(443);
            o.AllowedPorts.Add(80);
            o.IsAllowed = static candidate => !candidate.Address.Equals(IPAddress.Parse("93.185.0.1"));
        });
        guard.Network.AddName("unknown.example", "93.184.216.36").AddServer("93.184.216.36", hops: null, FakeGuard.Hello)
            .AddName("implausible.example", "93.184.216.37").AddServer("93.184.216.37", hops: 40, FakeGuard.Hello)
            .AddName("mixed.example", "93.184.216.34", "10.0.0.5");
        using HttpClient client = guard.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, url)
        {
            Version = new Version(version, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal(reason, Assert.IsType<HopGuardException>(e.InnerException).Reason);
        Assert.Equal([$"hops.guard.decisions 1 reason={tag} mode=enforce"], guard.Metrics.Decisions);
    }

    [Fact]
    public async Task Logs_and_messages_have_no_path_and_no_query()
    {
        using FakeGuard guard = new();
        guard.Network.AddName("mixed.example", "93.184.216.34", "10.0.0.5");
        string[] urls =
        [
            "https://user:secret@near.example/secret?token=secret#secret",
            "https://10.0.0.5/secret?secret",
            "http://far.example/secret?secret",
            "https://mixed.example/secret",
        ];
        foreach (string url in urls)
        {
            HopGuardException? refusal = await guard.RefusalAsync(url);
            Assert.DoesNotContain("secret", refusal!.Message, StringComparison.Ordinal);
        }

        Assert.Equal(
            [
                "Warning: Hop guard 'webhooks': near.example port 443 was refused: 93.184.216.35 is 2 hops (TTL 62 of 64), and the minimum is 4",
                "Warning: Hop guard 'webhooks': 10.0.0.5 port 443 was refused: 10.0.0.5 is special-purpose: private use (RFC 1918)",
                "Warning: Hop guard 'webhooks': far.example port 80 was refused: the scheme http is not allowed (AllowedSchemes)",
                "Warning: Hop guard 'webhooks': mixed.example port 443 was refused: 10.0.0.5 is special-purpose: private use (RFC 1918), "
                    + "and the name has other addresses that are allowed",
            ],
            guard.Log.Lines);
    }

    [Fact]
    public async Task A_refusal_of_a_request_is_an_event_of_the_current_activity()
    {
        using FakeGuard guard = new();
        using Activity activity = new Activity("fetch").Start();
        Assert.Equal(HopGuardReason.Scheme, await guard.ReasonAsync("http://far.example/"));
        ActivityEvent refused = Assert.Single(activity.Events);
        Assert.Equal("hops.guard.refused", refused.Name);
        Assert.Equal(
            [new("reason", "scheme"), new("mode", "enforce"), new("server.address", "far.example")],
            refused.Tags);
    }

    [Fact]
    public async Task A_refusal_of_a_connection_is_an_event_of_an_activity_of_its_trace()
    {
        // Connections have activities of their own, if someone listens.
        using FakeGuard guard = new();
        using Activity activity = new Activity("fetch").Start();
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/"));
        Assert.Equal(["hops.guard.refused"], activity.Events.Select(static e => e.Name));
        Assert.Contains(new("reason", "near"), activity.Events.Single().Tags);
    }
}
