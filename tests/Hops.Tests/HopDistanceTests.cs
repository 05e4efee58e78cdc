using CsCheck;

namespace Hops.Tests;

public sealed class HopDistanceTests
{
    [Theory]
    [InlineData(64, 64, 0, true)]
    [InlineData(58, 64, 6, true)]
    [InlineData(33, 64, 31, true)]
    [InlineData(32, 32, 0, false)]
    [InlineData(27, 32, 5, false)]
    [InlineData(1, 32, 31, false)]
    [InlineData(65, 128, 63, false)]
    [InlineData(92, 128, 36, false)]
    [InlineData(93, 128, 35, true)]
    [InlineData(128, 128, 0, true)]
    [InlineData(129, 255, 126, false)]
    [InlineData(219, 255, 36, false)]
    [InlineData(220, 255, 35, true)]
    [InlineData(255, 255, 0, true)]
    public void A_received_TTL_tells_the_initial_one_and_the_hops(int received, int initial, int hops, bool plausible)
    {
        HopDistance distance = HopDistance.FromReceivedTtl(received);
        Assert.Equal((received, initial, hops, plausible), (distance.ReceivedTtl, distance.InitialTtl, distance.Hops, distance.IsPlausible));
    }

    [Fact]
    public void For_every_TTL_the_parts_add_up() => Gen.Int[1, 255].Sample(static ttl =>
    {
        HopDistance distance = HopDistance.FromReceivedTtl(ttl);
        Assert.Equal(ttl, distance.InitialTtl - distance.Hops);
        Assert.InRange(distance.Hops, 0, 126);
        Assert.True(distance.InitialTtl is 32 or 64 or 128 or 255);
    });

    [Theory]
    [InlineData(58, "6 hops (TTL 58 of 64)")]
    [InlineData(63, "1 hop (TTL 63 of 64)")]
    [InlineData(1, "31 hops (TTL 1 of 32, implausible)")]
    public void It_reads_as_a_sentence(int ttl, string expected) => Assert.Equal(expected, HopDistance.FromReceivedTtl(ttl).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    [InlineData(-1)]
    public void No_packet_arrives_with_such_a_TTL(int ttl) => Assert.Throws<ArgumentOutOfRangeException>(() => HopDistance.FromReceivedTtl(ttl));

    [Fact]
    public void A_default_value_is_no_distance()
    {
        HopDistance nothing = default;
        Assert.False(nothing.IsPlausible);
        Assert.Throws<InvalidOperationException>(() => nothing.Hops);
        Assert.Throws<InvalidOperationException>(() => nothing.InitialTtl);
        Assert.Throws<InvalidOperationException>(() => nothing.ReceivedTtl);
        Assert.Equal("not measured", nothing.ToString());
    }
}
