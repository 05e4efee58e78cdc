using System.Net;
using Hops.Common.Addresses;

namespace Hops.Guard.Tests.Addresses;

/// <summary>One notation, all of it, and nothing that another parser would take for something else.</summary>
public sealed class AddressNotationTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("2001:DB8:0:0::1", "2001:db8::1")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1")]
    [InlineData("64:ff9b::192.0.2.1", "64:ff9b::c000:201")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("::FFFF:a00:1", "10.0.0.1")]
    public void An_address_is_read(string text, string address)
    {
        Assert.True(AddressNotation.TryReadAddress(text, out IPAddress? read, out string? problem), problem);
        Assert.Equal(IPAddress.Parse(address), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 192.0.2.1")]
    [InlineData("192.0.2.1 ")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.01")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("127.1")]
    [InlineData("198.51.100")]
    [InlineData("167772161")]
    [InlineData("443")]
    [InlineData("192.0.2.1.")]
    [InlineData("192.0.2.1.5")]
    [InlineData("192.0..1")]
    [InlineData("256.0.0.1")]
    [InlineData("+1.0.0.1")]
    [InlineData("192.0.2.1:443")]
    [InlineData("１９２.0.2.1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:443")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%2")]
    [InlineData("::1%")]
    [InlineData(":::1")]
    [InlineData("1::2::3")]
    [InlineData("00001::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::ffff:010.0.0.1")]
    [InlineData("::ffff:10.1")]
    [InlineData("::1.2.3.4.5")]
    [InlineData("2001:db8::/32")]
    [InlineData("partner.example")]
    public void What_is_no_address_is_not_taken_for_one(string text)
    {
        Assert.False(AddressNotation.TryReadAddress(text, out IPAddress? address, out string? problem), $"{address}");
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("192.0.2.1/32", "192.0.2.1/32")]
    [InlineData("198.51.100.128/25", "198.51.100.128/25")]
    [InlineData("::/0", "::/0")]
    [InlineData("2001:db8::/33", "2001:db8::/33")]
    [InlineData("2001:db8::1/128", "2001:db8::1/128")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    [InlineData("::ffff:10.1.2.3/128", "10.1.2.3/32")]
    public void A_network_is_read(string text, string network)
    {
        Assert.True(AddressNotation.TryReadNetwork(text, out IPNetwork read, out string? problem), problem);
        Assert.Equal(network, read.ToString());
    }

    [Theory]
    [InlineData("198.51.100/24", "an IPv4 address has four numbers from 0 to 255, without leading zeros")]
    [InlineData("10/8", "an IPv4 address has four numbers from 0 to 255, without leading zeros")]
    [InlineData("010.0.0.0/8", "an IPv4 address has four numbers from 0 to 255, without leading zeros")]
    [InlineData("/8", "an IPv4 address has four numbers from 0 to 255, without leading zeros")]
    [InlineData("partner.example/8", "an IPv4 address has four numbers from 0 to 255, without leading zeros")]
    [InlineData("10.1.2.3", "a network has one '/', between its address and the length of its prefix")]
    [InlineData("10.0.0.0/8/8", "a network has one '/', between its address and the length of its prefix")]
    [InlineData("", "a network has one '/', between its address and the length of its prefix")]
    [InlineData("10.0.0.0/", "the length of its prefix is a number from 0 to 32")]
    [InlineData("10.0.0.0/33", "the length of its prefix is a number from 0 to 32")]
    [InlineData("10.0.0.0/08", "the length of its prefix is a number from 0 to 32")]
    [InlineData("10.0.0.0/ 8", "the length of its prefix is a number from 0 to 32")]
    [InlineData("10.0.0.0/+8", "the length of its prefix is a number from 0 to 32")]
    [InlineData("10.0.0.0/-1", "the length of its prefix is a number from 0 to 32")]
    [InlineData("10.0.0.0/255.0.0.0", "the length of its prefix is a number from 0 to 32")]
    [InlineData("2001:db8::/129", "the length of its prefix is a number from 0 to 128")]
    [InlineData("10.1.2.3/16", "it has bits behind its prefix: the network of that address is 10.1.0.0/16")]
    [InlineData("10.0.0.1/0", "it has bits behind its prefix: the network of that address is 0.0.0.0/0")]
    [InlineData("198.51.100.129/25", "it has bits behind its prefix: the network of that address is 198.51.100.128/25")]
    [InlineData("2001:db8::1/64", "it has bits behind its prefix: the network of that address is 2001:db8::/64")]
    [InlineData("::ffff:10.1.0.0/104", "it has bits behind its prefix: the network of that address is 10.0.0.0/8")]
    [InlineData("::ffff:10.0.0.0/95", "the prefix of an IPv4-mapped network has at least 96 bits")]
    [InlineData("::ffff:10.0.0.0/8", "the prefix of an IPv4-mapped network has at least 96 bits")]
    [InlineData("fe80::%eth0/10", "an address has no zone here, which is what stands behind a '%'")]
    [InlineData("[2001:db8::]/32", "it is not an IPv6 address")]
    public void What_is_no_network_is_not_taken_for_one(string text, string expected)
    {
        Assert.False(AddressNotation.TryReadNetwork(text, out IPNetwork network, out string? problem), $"{network}");
        Assert.Equal(expected, problem);
    }
}
