using System.Globalization;

namespace Hops;

/// <summary>
/// How many routers a packet crossed on its way here: its sender's initial TTL minus the TTL (IPv6: hop limit) that it arrived with.
/// 0 is this host or its own network, 1 is just behind the router.
/// </summary>
/// <remarks>
/// The initial TTL is not in the packet. It is estimated as the smallest of 32, 64, 128 and 255, which practically all systems start with, that is
/// not below the received one. A sender may start with any other number, and then looks nearer or farther than it is. Use <see cref="IsPlausible"/>
/// before relying on a distance.
/// <para>A <c>default</c> value is no distance: its members throw, and it is not plausible. Unknown is a null <see cref="HopDistance"/>.</para>
/// </remarks>
public readonly record struct HopDistance
{
    /// <summary>The longest plausible distance: about the longest path that public measurements of the Internet show.</summary>
    public const int MaximumPlausibleHops = 35;

    private const int ObsoleteInitialTtl = 32;

    private readonly byte _receivedTtl;

    private HopDistance(byte receivedTtl) => _receivedTtl = receivedTtl;

    /// <summary>The TTL, or hop limit, as it stood in the arriving packet: from 1 to 255.</summary>
    /// <exception cref="InvalidOperationException">This is the <c>default</c> value.</exception>
    public int ReceivedTtl => _receivedTtl != 0 ? _receivedTtl : throw new InvalidOperationException("Nothing was measured: this is a default HopDistance.");

    /// <summary>The TTL that the sender is believed to have started with: 32, 64, 128 or 255.</summary>
    /// <exception cref="InvalidOperationException">This is the <c>default</c> value.</exception>
    public int InitialTtl => ReceivedTtl switch
    {
        <= ObsoleteInitialTtl => ObsoleteInitialTtl,
        <= 64 => 64,
        <= 128 => 128,
        _ => 255,
    };

    /// <summary>The number of routers crossed: from 0 to 126.</summary>
    /// <exception cref="InvalidOperationException">This is the <c>default</c> value.</exception>
    public int Hops => InitialTtl - ReceivedTtl;

    /// <summary>
    /// False when the distance is more likely an unusual initial TTL than a path: above <see cref="MaximumPlausibleHops"/>, or counted from 32, which no
    /// system of this century starts with. Who decides on distances treats those as unknown.
    /// </summary>
    public bool IsPlausible => _receivedTtl != 0 && InitialTtl != ObsoleteInitialTtl && Hops <= MaximumPlausibleHops;

    /// <summary>The distance that a received TTL tells: 58 is 6 hops.</summary>
    /// <param name="receivedTtl">From 1 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException">No packet arrives with such a TTL.</exception>
    public static HopDistance FromReceivedTtl(int receivedTtl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(receivedTtl, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(receivedTtl, 255);
        return new((byte)receivedTtl);
    }

    /// <summary>Such as <c>6 hops (TTL 58 of 64)</c>.</summary>
    public override string ToString() => _receivedTtl == 0
        ? "not measured"
        : string.Create(
            CultureInfo.InvariantCulture, $"{Hops} {(Hops == 1 ? "hop" : "hops")} (TTL {ReceivedTtl} of {InitialTtl}{(IsPlausible ? "" : ", implausible")})");
}
