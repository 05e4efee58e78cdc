using Hops.Host.Sharing;

namespace Hops.Host.Tests.Sharing;

public sealed class SharingOptionsTests
{
    [Theory]
    [InlineData("hops", true)]
    [InlineData("www-data", true)]
    [InlineData("_x.Y-1", true)]
    [InlineData("0", true)]
    [InlineData("4294967294", true)]
    [InlineData("a2345678901234567890123456789012", true)]
    [InlineData("a23456789012345678901234567890123", false)]
    [InlineData("4294967295", false)]
    [InlineData("00", false)]
    [InlineData("-1", false)]
    [InlineData("+1", false)]
    [InlineData("1 ", false)]
    [InlineData("größe", false)]
    [InlineData("a\0b", false)]
    [InlineData("", false)]
    public void A_group_is_a_portable_name_or_a_number_that_is_a_group(string group, bool valid)
    {
        if (valid)
        {
            Assert.Equal(group, new SharingOptions { Group = group }.Group);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => new SharingOptions { Group = group });
        }
    }
}
