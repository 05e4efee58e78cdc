using Hops.Cli.Output;

namespace Hops.Cli.Tests;

public sealed class SourceNameTests
{
    [Fact]
    public void A_source_is_spelt_as_every_other_value_is() =>
        Assert.All(Enum.GetValues<HopSource>(), static source => Assert.Equal(KebabCase.Of(source), SourceName.Of(source)));
}
