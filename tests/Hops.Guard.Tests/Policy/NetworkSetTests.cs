using System.Net;
using CsCheck;
using Hops.Guard.Policy;

namespace Hops.Guard.Tests.Policy;

public sealed class NetworkSetTests
{
    /// <summary>Few different bits, so that networks and addresses meet.</summary>
    private static readonly Gen<IPAddress> Addresses = Gen.OneOf(
        Gen.UInt[0, 15].Select(static n => new IPAddress([(byte)(n << 4), 0, 0, (byte)n])),
        Gen.UInt[0, 15].Select(static n => new IPAddress([(byte)(n << 4), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)n])));

    private static readonly Gen<IPNetwork> Networks = Addresses.SelectMany(static address =>
        Gen.Int[0, address.GetAddressBytes().Length * 8].Select(length => new IPNetwork(Masked(address, length), length)));

    [Fact]
    public void It_contains_what_one_of_its_networks_contains() => Gen.Select(Networks.Array[0, 8], Addresses.Array[1, 20]).Sample(
        static (networks, addresses) =>
        {
            NetworkSet set = new(networks);
            return addresses.All(address => set.Contains(address) == networks.Any(network => network.Contains(address)));
        });

    [Fact]
    public void An_ipv4_mapped_address_is_the_ipv4_address()
    {
        NetworkSet set = new([IPNetwork.Parse("10.0.0.0/8")]);
        Assert.True(set.Contains(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.False(set.Contains(IPAddress.Parse("::ffff:11.1.2.3")));
        Assert.False(new NetworkSet([IPNetwork.Parse("::/0")]).Contains(IPAddress.Parse("::ffff:10.1.2.3")));
    }

    private static IPAddress Masked(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
