using System.Net;
using Hops.Guard.Addresses;

namespace Hops.Guard.Tests.Addresses;

public sealed class CloudMetadataTests
{
    public static TheoryData<string> Addresses =>
    [
        "169.254.169.254", "fd00:ec2::254", "169.254.169.253", "fd00:ec2::253", "169.254.169.123", "fd00:ec2::123", "169.254.170.2", "169.254.170.23",
        "fd00:ec2::23", "168.63.129.16", "fd20:ce::254", "100.100.100.200", "169.254.0.23", "192.0.0.192", "169.254.42.42", "fd00:42::42",
        "fd00:a9fe:a9fe::1", "fe80::a9fe:a9fe",
    ];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Metadata_address_is_known_and_its_neighbours_are_not(string text)
    {
        IPAddress address = IPAddress.Parse(text);

        Assert.True(CloudMetadata.Contains(address));
        UInt128 number = Registry.Number(address);
        foreach (IPAddress neighbour in new[] { Registry.Address(number - 1, address.AddressFamily), Registry.Address(number + 1, address.AddressFamily) })
        {
            Assert.Equal((neighbour, Addresses.Any(other => other.Data == neighbour.ToString())), (neighbour, CloudMetadata.Contains(neighbour)));
        }
    }

    [Theory]
    [InlineData("fe80::a9fe:a9fe%7")]
    [InlineData("fd00:ec2::254%7")]
    public void Zone_hides_no_metadata_address(string address) => Assert.True(CloudMetadata.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("::ffff:168.63.129.16")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2600::5efe:a83f:8110")]
    public void Metadata_address_is_found_inside_another(string address) =>
        Assert.Contains(EmbeddedAddresses.Of(IPAddress.Parse(address)), CloudMetadata.Contains);

    [Fact]
    public void One_metadata_address_is_no_special_one() =>
        Assert.Equal("168.63.129.16", Assert.Single(Addresses, static address => SpecialPurpose.Find(IPAddress.Parse(address.Data)) is null).Data);
}
