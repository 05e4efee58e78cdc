using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Host.Tests.Learning;

/// <summary>Tests deviations from learnt distances.</summary>
public sealed class HopBaselineTests
{
    [Theory]
    [InlineData("192.0.2.1:443", 55, null)]
    [InlineData("192.0.2.99:443", 53, null)]
    [InlineData("192.0.2.99:443", 54, null)]
    [InlineData("192.0.2.1:443", 119, null)]
    [InlineData("192.0.2.1:443", 56, HopDeviationKind.Nearer)]
    [InlineData("192.0.2.1:443", 64, HopDeviationKind.Nearer)]
    [InlineData("192.0.2.1:443", 52, HopDeviationKind.Farther)]
    [InlineData("192.0.3.1:443", 55, HopDeviationKind.New)]
    [InlineData("192.0.2.1:80", 55, HopDeviationKind.New)]
    [InlineData("[::ffff:192.0.2.1]:443", 56, HopDeviationKind.Nearer)]
    [InlineData("[2001:db8:7:ffff::9]:443", 60, null)]
    [InlineData("[2001:db8:7:ffff::9]:443", 59, HopDeviationKind.Farther)]
    [InlineData("[2001:db8:8::1]:443", 60, HopDeviationKind.New)]
    [InlineData("[::c000:200]:443", 55, HopDeviationKind.New)]
    // Unknown; implausible: 58 away of 128, and 2 away of 32.
    [InlineData("192.0.3.1:443", null, null)]
    [InlineData("192.0.3.1:443", 70, null)]
    [InlineData("192.0.2.1:443", 30, null)]
    public void A_connection_deviates_where_its_network_and_port_were_never_as_near_or_as_far(string remote, int? ttl, HopDeviationKind? expected)
    {
        HopBaseline baseline = new();
        Assert.True(baseline.Add(Connections.Outgoing("192.0.2.1:443", 55)));
        Assert.True(baseline.Add(Connections.Outgoing("192.0.2.2:443", 53)));
        Assert.False(baseline.Add(Connections.Outgoing("192.0.2.3:443", 54)));
        Assert.True(baseline.Add(Connections.Outgoing("[2001:db8:7:1::1]:443", 60)));
        HopDeviation? deviation = baseline.Compare(Connections.Outgoing(remote, ttl));
        Assert.Equal(expected, deviation?.Kind);
        (int?, int?) range = expected is null or HopDeviationKind.New ? (null, null) : remote.Contains("db8", StringComparison.Ordinal) ? (4, 4) : (9, 11);
        Assert.Equal(range, (deviation?.LearntLeast, deviation?.LearntMost));
    }

    [Fact]
    public void Of_incoming_connections_the_port_is_this_hosts_and_the_direction_counts()
    {
        HopBaseline baseline = new();
        baseline.Add(Connections.Incoming("198.51.100.1:22", "192.0.2.1:50000", 55));
        Assert.Null(baseline.Compare(Connections.Incoming("198.51.100.2:22", "192.0.2.7:50001", 55)));
        Assert.Equal(HopDeviationKind.New, baseline.Compare(Connections.Incoming("198.51.100.1:23", "192.0.2.1:50000", 55))?.Kind);
        Assert.Equal(HopDeviationKind.New, baseline.Compare(Connections.Outgoing("192.0.2.1:22", 55))?.Kind);
        Assert.Null(baseline.Compare(Connections.Of(direction: null, "198.51.100.1:23", "192.0.2.1:50000", 55)));
    }

    [Theory]
    [InlineData(ConnectionEvent.Opened, true, true)]
    [InlineData(ConnectionEvent.Existing, false, true)]
    [InlineData(ConnectionEvent.Drifted, false, true)]
    [InlineData(ConnectionEvent.Closed, false, false)]
    public void Only_handshakes_are_learnt_and_what_is_over_is_not_compared(ConnectionEvent what, bool isLearnt, bool isCompared)
    {
        HopBaseline baseline = new();
        WatchedConnection connection = Connections.Outgoing("192.0.2.1:443", 55) with { Event = what };
        Assert.Equal(isCompared, baseline.Compare(connection) is not null);
        Assert.Equal(isLearnt, baseline.Add(connection));
        Assert.Equal(isLearnt ? 1 : 0, baseline.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(70)]
    [InlineData(30)]
    public void Unknown_and_implausible_distances_are_not_learnt(int? ttl)
    {
        HopBaseline baseline = new();
        Assert.False(baseline.Add(Connections.Outgoing("192.0.2.1:443", ttl)));
        Assert.Equal(0, baseline.Count);
    }

    [Fact]
    public void Full_it_learns_of_what_it_knows_and_counts_the_rest()
    {
        HopBaseline baseline = new();
        Connections.Fill(baseline);
        Assert.Equal(0, baseline.LeftOut);
        Assert.False(baseline.Add(Connections.Outgoing("203.0.113.1:443", 60)));
        Assert.False(baseline.Add(Connections.Outgoing("203.0.113.1:443", 60)));
        Assert.True(baseline.Add(Connections.Outgoing("1.0.0.1:443", 50)));
        Assert.Equal((HopBaseline.MaximumEntries, 2L), (baseline.Count, baseline.LeftOut));
        Assert.Equal(HopDeviationKind.New, baseline.Compare(Connections.Outgoing("203.0.113.1:443", 60))?.Kind);
    }
}
