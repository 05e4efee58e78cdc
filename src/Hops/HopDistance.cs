using System.Globalization;

namespace Hops;

/// <summary>
/// Represents the number of routers that a packet crossed on its way here: its sender's initial TTL minus the TTL (IPv6: hop limit) with which it arrived. 0 is
/// this host or its own network, 1 is directly behind the router.
/// </summary>
/// <remarks>
/// The initial TTL is not in the packet. It is estimated as the smallest of 32, 64, 128 and 255, with which practically all systems start, that is not below
/// the received one. A sender may start with any other number, and then appears nearer or farther than it is. Check <see cref="IsPlausible"/> before relying on
/// a distance.
/// <para>
/// An unknown distance is a null <see cref="HopDistance"/>. A <c>default</c> value is not a distance: its numeric properties throw, and it is not plausible.
/// </para>
/// </remarks>
public readonly record struct HopDistance
{
    /// <summary>The longest plausible distance, which is about the longest path in public measurements of the Internet.</summary>
    public const int MaximumPlausibleHops = 35;

    private const int ObsoleteInitialTtl = 32;

    private readonly byte _receivedTtl;

    private HopDistance(byte receivedTtl) => _receivedTtl = receivedTtl;

    /// <summary>Gets the TTL (IPv6: hop limit) of the packet as it arrived: from 1 to 255.</summary>
    /// <exception cref="InvalidOperationException">This is the <c>default</c> value.</exception>
    public int ReceivedTtl => _receivedTtl != 0 ? _receivedTtl : throw new InvalidOperationException("Nothing was measured: this is a default HopDistance.");

    /// <summary>Gets the estimated initial TTL of the sender: 32, 64, 128 or 255.</summary>
    /// <exception cref="InvalidOperationException">This is the <c>default</c> value.</exception>
    public int InitialTtl => ReceivedTtl switch
    {
        <= ObsoleteInitialTtl => ObsoleteInitialTtl,
        <= 64 => 64,
        <= 128 => 128,
        _ => 255,
    };

    /// <summary>Gets the number of routers crossed: from 0 to 126.</summary>
    /// <exception cref="InvalidOperationException">This is the <c>default</c> value.</exception>
    public int Hops => InitialTtl - ReceivedTtl;

    /// <summary>
    /// Gets whether the distance can be relied on. False if it is more likely the result of an unusual initial TTL: above <see cref="MaximumPlausibleHops"/>,
    /// or counted from 32, which no current system uses. Treat such a distance as unknown.
    /// </summary>
    public bool IsPlausible => _receivedTtl != 0 && InitialTtl != ObsoleteInitialTtl && Hops <= MaximumPlausibleHops;

    /// <summary>Returns the distance for a received TTL. A TTL of 58 is a distance of 6 hops.</summary>
    /// <param name="receivedTtl">From 1 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException">The TTL is less than 1 or more than 255.</exception>
    public static HopDistance FromReceivedTtl(int receivedTtl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(receivedTtl, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(receivedTtl, 255);
        return new((byte)receivedTtl);
    }

    /// <summary>Returns a text such as <c>6 hops (TTL 58 of 64)</c>.</summary>
    public override string ToString() => _receivedTtl == 0
        ? "not measured"
        : string.Create(
            CultureInfo.InvariantCulture, $"{Hops} {(Hops == 1 ? "hop" : "hops")} (TTL {ReceivedTtl} of {InitialTtl}{(IsPlausible ? "" : ", implausible")})");
}
