using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Policy;

/// <summary>The application's own judgement.</summary>
public sealed class IsAllowedTests
{
    private const string Private = "10.1.2.3";

    [Theory]
    [InlineData(Private)]
    [InlineData("64:ff9b::a01:203", Private)]
    [InlineData("2002:a01:203::1", Private)]
    [InlineData("2606:2800::5efe:a01:203", Private)]
    [InlineData("2606:2800:220:1::1")]
    public async Task The_application_judges_each_address_with_what_stands_in_it(string address, params string[] embedded)
    {
        List<HopGuardCandidate> asked = [];
        using FakeGuard guard = new(o =>
        {
            o.AllowedSpecialPurposeNetworks.Add("0.0.0.0/0");
            o.AllowedSpecialPurposeNetworks.Add("::/0");
            o.IsAllowed = candidate =>
            {
                asked.Add(candidate);
                return candidate.EmbeddedAddresses.Append(candidate.Address).All(static inner => inner.ToString() != Private);
            };
        });
        guard.Network.AddName("xn--bcher-kva.example", address).AddServer(address, hops: 9, FakeGuard.Hello);
        bool inside = address == Private || embedded.Length > 0;
        Assert.Equal(inside ? HopGuardReason.Application : null, await guard.ReasonAsync("https://BÜCHER.example.:8443/"));
        HopGuardCandidate candidate = Assert.Single(asked);
        Assert.Equal(("xn--bcher-kva.example", 8443, IPAddress.Parse(address)), (candidate.Host, candidate.Port, candidate.Address));
        Assert.Equal(embedded, candidate.EmbeddedAddresses.Select(static inner => inner.ToString()));
        Assert.Equal(inside ? 0 : 1, guard.Network.Connections.Count);
    }

    [Fact]
    public async Task The_application_is_asked_once_for_each_address_that_nothing_else_refuses()
    {
        List<IPAddress> asked = [];
        using FakeGuard guard = new(o =>
        {
            o.AllowMixed = true;
            o.RefusedNetworks.Add("93.184.216.34/32");
            o.IsAllowed = candidate =>
            {
                asked.Add(candidate.Address);
                return true;
            };
        });
        guard.Network.AddName("several.example", Private, "93.184.216.34", "93.184.216.35", "93.184.216.40")
            .AddServer("93.184.216.40", hops: 9, FakeGuard.Hello);
        Assert.Null(await guard.ReasonAsync("https://several.example/"));
        Assert.Equal([IPAddress.Parse("93.184.216.35"), IPAddress.Parse("93.184.216.40")], asked);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task An_application_that_fails_to_judge_refuses_and_the_cause_is_told(HopGuardMode mode)
    {
        InvalidOperationException cause = new("The list is not loaded");
        using FakeGuard guard = new(o => (o.Mode, o.IsAllowed) = (mode, _ => throw cause));
        HopGuardException? refusal = await guard.RefusalAsync("https://far.example/");
        string verb = mode == HopGuardMode.Enforce ? "was" : "would have been";
        Assert.Equal(Failed("93.184.216.34", "far.example"), guard.Log.Lines.First());
        string line = Assert.Single(guard.Log.Lines.Skip(1));
        Assert.Contains($"far.example port 443 {verb} refused: 93.184.216.34 is not allowed by the application (IsAllowed)", line, StringComparison.Ordinal);
        Assert.Equal(mode == HopGuardMode.Enforce ? (HopGuardReason.Application, cause) : (null, (Exception?)null), (refusal?.Reason, refusal?.InnerException));
        Assert.Equal(mode == HopGuardMode.Enforce ? 0 : 1, guard.Network.Connections.Count);
    }

    [Fact]
    public async Task An_application_that_fails_to_judge_one_of_several_addresses_is_told_of_it()
    {
        using FakeGuard guard = new(static o =>
        {
            o.AllowMixed = true;
            o.IsAllowed = static candidate => candidate.Address.Equals(IPAddress.Parse("93.184.216.34")) ? true : throw new InvalidOperationException();
        });
        guard.Network.AddName("both.example", "93.184.216.35", "93.184.216.34");
        Assert.Null(await guard.ReasonAsync("https://both.example/"));
        Assert.Equal(["93.184.216.34"], guard.Network.Connections.Select(static connection => $"{connection.Address}"));
        Assert.Equal([Failed("93.184.216.35", "both.example")], guard.Log.Lines);
    }

    private static string Failed(string address, string host) =>
        $"Error: Hop guard 'webhooks': the application's IsAllowed failed for {address} of {host}, which counts as not allowed";
}
