using Hops.Guard;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Policy;

public sealed class LaterOptionsTests
{
    [Fact]
    public async Task What_happens_to_options_later_does_not_matter_to_a_guard()
    {
        HopGuardOptions options = new() { MinimumHops = 4, RefusedNetworks = { "93.184.216.34/32" } };
        using HttpMessageInvoker guard = new(new HopGuard(options, FakeGuard.NewNetwork()).CreateHandler());
        options.MinimumHops = 1;
        options.Mode = HopGuardMode.ReportOnly;
        options.RequireMeasurement = false;
        options.AllowMixed = true;
        options.IsAllowed = static _ => throw new InvalidOperationException("asked all the same");
        options.MinimumHopsByHost["near.example"] = 0;
        options.AllowedSchemes.Add("http");
        options.RefusedNetworks.Clear();
        options.AllowedPorts.Add(80);
        options.AllowedNearHosts.Add("near.example");
        options.AllowedNearNetworks.Add("93.0.0.0/8");
        options.AllowedSpecialPurposeNetworks.Add("10.0.0.0/8");
        Assert.Equal(HopGuardReason.Near, await ReasonAsync("https://near.example/"));
        Assert.Equal(HopGuardReason.Network, await ReasonAsync("https://far.example/"));
        Assert.Equal(HopGuardReason.SpecialPurpose, await ReasonAsync("https://10.0.0.5/"));
        Assert.Equal(HopGuardReason.Scheme, await ReasonAsync("http://far.example/"));

        async Task<HopGuardReason?> ReasonAsync(string url)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, url);
            HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => guard.SendAsync(request, TestContext.Current.CancellationToken));
            return (e.InnerException as HopGuardException)?.Reason;
        }
    }
}
