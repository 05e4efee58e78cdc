using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests;

/// <summary>Names whose owner answers as they like, by the real resolver from a name server of the lab.</summary>
public sealed class NameAttackTests(GuardLab lab) : IClassFixture<GuardLab>
{
    private const int Minimum = 3;

    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    [Fact]
    public void A_name_is_looked_up_once_for_a_connection_and_the_address_that_is_judged_is_used()
    {
        foreach (AddressFamily family in Families)
        {
            lab.Start();
            string name = $"turns-near-{(int)family}.example";
            lab.Names.Add(name, number => [lab.Address(number == 1 ? GuardLab.FarDistance : 0, family)]);
            string[] urls = [.. Enumerable.Repeat($"https://{name}/", 3)];
            Report report = lab.Run(new Errand(GuardLab.Options(Minimum), urls, lab.Certificate, NewConnections: true));
            Assert.Equal(["200", "Near", "Near"], report.Fetches.Select(static fetch => fetch.Outcome));
            Assert.Equal(3, lab.Names.LookUps(name, family));
            Assert.Equal(new Arrivals(Connections: 2, Open: 0, Bytes: 0, Datagrams: 0), lab.Take(0));
        }
    }

    [Fact]
    public void A_name_that_turns_near_does_not_take_a_connection_along()
    {
        lab.Start();
        lab.Names.Add("pooled.example", number => [lab.Address(number == 1 ? GuardLab.FarDistance : 0)]);
        Report report = lab.Run(new Errand(GuardLab.Options(Minimum), ["https://pooled.example/", "https://pooled.example/"], lab.Certificate));
        Assert.Equal(["5", "5"], report.Fetches.Select(static fetch => fetch.Body));
        Assert.Equal(1, lab.Names.LookUps("pooled.example", AddressFamily.InterNetwork));
        Assert.Equal(Arrivals.None, lab.Take(0));
    }

    /// <summary>The addresses of a name, as distances, and what comes of it. Where one is refused as such, there is no connection.</summary>
    [Theory]
    [InlineData("0 5", "Near")]
    [InlineData("1 5", "Near")]
    [InlineData("0 1", "Near")]
    [InlineData("127.0.0.1 5", "Mixed")]
    [InlineData("5 127.0.0.1", "Mixed")]
    [InlineData("5 169.254.169.254", "Mixed")]
    [InlineData("0", "Near")]
    [InlineData("127.0.0.1 10.0.0.1", "SpecialPurpose")]
    public void A_name_with_addresses_that_are_refused_is_refused(string addresses, string expected)
    {
        lab.Start();
        IPAddress[] answer =
        [
            .. addresses.Split(' ').Select(text => text.Contains('.', StringComparison.Ordinal) ? IPAddress.Parse(text) : lab.Address(text[0] - '0')),
        ];
        lab.Names.Add("mixed.example", answer);
        Assert.Equal(expected, lab.Run(GuardLab.Options(Minimum), "https://mixed.example/").Fetches[0].Outcome);
        Assert.Equal((0, 0), (lab.Take(0).Bytes, lab.Take(1).Bytes));
    }

    /// <summary>Which address comes first is the resolver's choice (RFC 6724), and which one answers first is the connection that is judged.</summary>
    [Theory]
    [InlineData(AddressFamily.InterNetwork, AddressFamily.InterNetworkV6)]
    [InlineData(AddressFamily.InterNetworkV6, AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetwork, AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6, AddressFamily.InterNetworkV6)]
    public void A_near_address_beside_a_far_one_gets_not_a_byte(AddressFamily near, AddressFamily far)
    {
        lab.Start();
        lab.Names.Add("both.example", lab.Address(GuardLab.FarDistance, far), lab.Address(0, near));
        string[] urls = [.. Enumerable.Repeat("https://both.example/", 5)];
        Report report = lab.Run(new Errand(GuardLab.Options(Minimum), urls, lab.Certificate, NewConnections: true));
        Assert.All(report.Fetches, static fetch => Assert.True(fetch is { Body: "5" } or { Reason: HopGuardReason.Near }, $"{fetch}"));
        Arrivals arrived = lab.Take(0);
        Assert.Equal((0, 0), (arrived.Open, arrived.Bytes));
    }

    [Theory]
    [InlineData("intranet", "intranet.corp.example")]
    [InlineData("near-absolute.example.", "near-absolute.example")]
    [InlineData("198.18.0.2.", "198.18.0.2")]
    [InlineData("NEAR-CAPITAL.example", "near-capital.example")]
    [InlineData("near-\u3002example", "near-.example")]
    [InlineData("n\u00e9ar.example", "xn--nar-bma.example")]
    public void A_name_of_what_is_near_is_refused_however_it_is_written(string host, string name)
    {
        lab.Start();
        lab.Names.Add(name, lab.Address(0));
        Assert.Equal("Near", lab.Run(GuardLab.Options(Minimum), $"https://{host}/").Fetches[0].Outcome);
        Assert.Equal(new Arrivals(Connections: 1, Open: 0, Bytes: 0, Datagrams: 0), lab.Take(0));
        Assert.True(lab.Names.LookUps(name, AddressFamily.InterNetwork) > 0);
    }
}
