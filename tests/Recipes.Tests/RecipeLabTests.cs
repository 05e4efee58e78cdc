using System.Net.Sockets;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests;

/// <summary>The lab of the recipes: what the guard refuses arrives with 0 bytes, and without it bytes arrive.</summary>
public sealed class RecipeLabTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_near_name_is_refused_with_0_bytes_and_without_the_guard_bytes_arrive()
    {
        Requires.Root();
        using LabServer near = LabServer.Start(lab.Near);
        HopGuardException refusal = await Assert.ThrowsAsync<HopGuardException>(
            async () => await lab.NewGuard().ConnectAsync(RecipeLab.NearName, near.Port, Stop));
        Assert.Equal((HopGuardReason.Near, 0), (refusal.Reason, lab.AtNear().Bytes));

        using Socket unguarded = lab.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await unguarded.ConnectAsync(lab.NearAddress, near.Port, Stop);
        await unguarded.SendAsync("hello"u8.ToArray(), Stop);
        Arrivals arrivals = lab.AtNear();
        Assert.Equal((1, 5), (arrivals.Connections, arrivals.Bytes));
    }
}
