using Ebpf.Maps;

namespace Ebpf.Tests.Maps;

public sealed class PossibleProcessorsTests
{
    [Theory]
    [InlineData("0\n", 1)]
    [InlineData("0-1\n", 2)]
    [InlineData("0-127", 128)]
    [InlineData("0-3,8,10-11\n", 7)]
    public void A_list_is_counted(string list, int count) => Assert.Equal(count, PossibleProcessors.CountOf(list));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("3-1")]
    [InlineData("0-1-2")]
    [InlineData("-1")]
    [InlineData("a")]
    public void What_is_no_list_is_refused(string list) => Assert.Throws<IOException>(() => PossibleProcessors.CountOf(list));
}
