using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hops.Http.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Fact]
    public void Every_option_binds()
    {
        HopGuardOptions options = Bind(
            ("MinimumHops", "5"), ("MinimumHopsOf:partner.example", "2"), ("Mode", "reportonly"), ("AllowMixed", "true"), ("RequireMeasurement", "false"), ("AllowedSchemes:0", "http"),
            ("AllowedSpecialPurpose:0", "10.1.0.0/16"), ("AllowedNear:0", "partner.example"), ("AllowedNear:1", "10.1.0.0/16"), ("Refused:0", "198.51.100.0/24"),
            ("ConnectTimeout", "00:00:05"), ("Source", "PinnedFilter"));
        Assert.Equal(5, options.MinimumHops);
        Assert.Equal(2, Assert.Single(options.MinimumHopsOf, static pair => pair.Key == "partner.example").Value);
        Assert.Equal(HopGuardMode.ReportOnly, options.Mode);
        Assert.True(options.AllowMixed);
        Assert.False(options.RequireMeasurement);
        Assert.Equal(["http", "https", "wss"], options.AllowedSchemes.Order());
        Assert.Equal(["10.1.0.0/16"], options.AllowedSpecialPurpose);
        Assert.Equal(["partner.example", "10.1.0.0/16"], options.AllowedNear);
        Assert.Equal(["198.51.100.0/24"], options.Refused);
        Assert.Equal(TimeSpan.FromSeconds(5), options.ConnectTimeout);
        Assert.Equal(HopSource.PinnedFilter, options.Source);
    }

    [Theory]
    [InlineData("MinimumHops", "0", "Hop guard of client 'webhooks': MinimumHops is 0; it must be from 1 to 35.")]
    [InlineData("Refused:0", "10.1.2.3", "Hop guard of client 'webhooks': '10.1.2.3' is not a network: write it as 10.1.0.0/16.")]
    public void Mistakes_name_the_client(string key, string value, string sentence) =>
        Assert.Equal([sentence], Assert.Throws<OptionsValidationException>(() => Bind(("MinimumHops", "4"), (key, value))).Failures);

    [Theory]
    [InlineData("MinimumHops", "four")]
    [InlineData("Mode", "Report")]
    [InlineData("ConnectTimeout", "soon")]
    [InlineData("Source", "eBPF")]
    public void What_cannot_be_read_is_not_passed_over(string key, string value) =>
        Assert.Contains(value, Assert.Throws<InvalidOperationException>(() => Bind(("MinimumHops", "4"), (key, value))).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Refuse:0", "198.51.100.0/24")]
    [InlineData("MinimumHop", "9")]
    public void A_name_that_is_no_option_is_not_passed_over(string key, string value) =>
        Assert.Contains(key.Split(':')[0], Assert.Throws<InvalidOperationException>(() => Bind(("MinimumHops", "4"), (key, value))).Message, StringComparison.Ordinal);

    private static HopGuardOptions Bind(params (string Key, string Value)[] settings)
    {
        IConfiguration section = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static s => KeyValuePair.Create("HopGuard:" + s.Key, (string?)s.Value)).Reverse().DistinctBy(static s => s.Key)).Build().GetSection("HopGuard");
        ServiceCollection services = new();
        services.AddHttpClient("webhooks").AddHopGuard(section);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<HopGuardOptions>>().Get("webhooks");
    }
}
