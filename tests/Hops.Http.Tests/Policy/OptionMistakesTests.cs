using System.Net;
using System.Net.Sockets;
using Hops.Http.Policy;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Policy;

public sealed class OptionMistakesTests
{
    public static TheoryData<string, Action<HopGuardOptions>, string> Mistakes => new()
    {
        { "no minimum", static o => o.MinimumHops = null, "MinimumHops is not set. What is inside differs from one network to the next, so there is no default: measure it with 'hops calibrate INSIDE.txt OUTSIDE.txt' or HopGuard.CalibrateAsync." },
        { "no hop", static o => o.MinimumHops = 0, "MinimumHops is 0; it must be from 1 to 35." },
        { "too many hops", static o => o.MinimumHops = 36, "MinimumHops is 36; it must be from 1 to 35." },
        { "less than no hop for a host", static o => o.MinimumHopsOf["a.example"] = -1, "MinimumHopsOf of 'a.example' is -1; it must be from 0 to 35." },
        { "too many hops for a host", static o => o.MinimumHopsOf["a.example"] = 36, "MinimumHopsOf of 'a.example' is 36; it must be from 0 to 35." },
        { "a minimum for no host", static o => o.MinimumHopsOf["a b"] = 2, "'a b' is neither a host nor a network (written as 10.1.0.0/16)." },
        { "near nowhere", static o => o.AllowNear("10.1.0.0/33"), "'10.1.0.0/33' is neither a host nor a network (written as 10.1.0.0/16)." },
        { "special-purpose without a prefix", static o => o.AllowedSpecialPurpose.Add("10.1.0.0"), "'10.1.0.0' is not a network: write it as 10.1.0.0/16." },
        { "refused without an address", static o => o.Refused.Add("10.1.0.0/33"), "'10.1.0.0/33' is not a network: write it as 10.1.0.0/16." },
        { "a scheme that is none of HTTP", static o => o.AllowedSchemes.Add("ftp"), "AllowedSchemes has 'ftp'; a guard knows http, https, ws and wss." },
        { "no scheme", static o => o.AllowedSchemes.Clear(), "AllowedSchemes is empty: nothing would be let through." },
        { "no mode", static o => o.Mode = (HopGuardMode)7, "Mode is 7; it must be Enforce or ReportOnly." },
        { "no time", static o => o.ConnectTimeout = TimeSpan.Zero, "ConnectTimeout is 00:00:00; it must be more than zero, up to a day." },
        { "no time for names", static o => o.LookUpTimeout = TimeSpan.Zero, "LookUpTimeout is 00:00:00; it must be more than zero, up to a day." },
        { "another family", static o => o.AddressFamily = AddressFamily.Unix, "AddressFamily is Unix; it must be InterNetwork for IPv4, InterNetworkV6 for IPv6, or Unspecified for both." },
        { "all the time", static o => o.ConnectTimeout = TimeSpan.FromDays(2), "ConnectTimeout is 2.00:00:00; it must be more than zero, up to a day." },
        { "a source that measures others", static o => o.Source = HopSource.MinimumTtl, "Source is MinimumTtl; only SocketFilter, PinnedFilter and SocketOption measure the very connection that is used." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Every_mistake_has_its_sentence(string mistake, Action<HopGuardOptions> make, string sentence)
    {
        HopGuardOptions options = new() { MinimumHops = 4 };
        make(options);
        Assert.True(OptionMistakes.Of(options).SequenceEqual([sentence]), $"{mistake}: {string.Join(" ", OptionMistakes.Of(options))}");
        Assert.StartsWith(sentence, Assert.Throws<ArgumentException>("options", () => HopGuard.CreateHandler(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        HopGuardOptions options = new() { ConnectTimeout = TimeSpan.Zero };
        Assert.Equal(["MinimumHops", "ConnectTimeout"], OptionMistakes.Of(options).Select(static m => m.Split(' ')[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(35)]
    public void The_ends_of_the_range_are_valid(int minimum)
    {
        HopGuardOptions options = new() { MinimumHops = minimum, ConnectTimeout = TimeSpan.FromDays(1), MinimumHopsOf = { ["a.example"] = 0, ["192.0.2.1"] = 35 } };
        options.AllowNear("b.example").AllowNear(IPNetwork.Parse("2001:db8::/32")).AllowSpecialPurpose(IPNetwork.Parse("10.0.0.0/8")).Refuse(IPNetwork.Parse("0.0.0.0/0"));
        Assert.Empty(OptionMistakes.Of(options));
    }

    [Fact]
    public async Task What_happens_to_options_later_does_not_matter_to_a_guard()
    {
        HopGuardOptions options = new() { MinimumHops = 4 };
        using FakeGuard application = new();
        using HttpMessageInvoker guard = new(HopGuard.CreateHandler(options.Refuse(IPNetwork.Parse("93.184.216.34/32")), application.Services));
        options.MinimumHops = 1;
        options.Mode = HopGuardMode.ReportOnly;
        options.RequireMeasurement = false;
        options.AllowMixed = true;
        options.Filter = static _ => throw new InvalidOperationException("asked all the same");
        options.MinimumHopsOf["near.example"] = 0;
        options.AllowedSchemes.Add("http");
        options.Refused.Clear();
        options.AllowNear("near.example").AllowNear(IPNetwork.Parse("93.0.0.0/8")).AllowSpecialPurpose(IPNetwork.Parse("10.0.0.0/8"));
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
