using System.Buffers.Binary;
using System.Net;
using Hops.Host.Watching;

namespace Hops.Host.Tests.Watching;

/// <summary>Whose connection it is that comes to an address and a port.</summary>
public sealed class ListenerOwnersTests
{
    // Two processes that live: this one, and the first.
    private static readonly ListenerOwner Us = new(Environment.ProcessId, 0, "us");
    private static readonly ListenerOwner Init = new(1, 0, "init");

    [Theory]
    [InlineData("192.0.2.1", "0.0.0.0")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "::")]
    [InlineData("2001:db8::1", "::")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void Who_listens_at_the_address_or_at_any_is_found(string local, string bound)
    {
        ListenerOwners owners = new();
        owners.Add(At(bound), Us);
        Assert.Equal(Us, owners.Find(At(local)));
        Assert.Null(owners.Find(At(local) with { Port = 81 }));
        Assert.Null(owners.Find(At(local) with { NetworkNamespace = 8 }));
        owners.Clear();
        Assert.Null(owners.Find(At(local)));
    }

    [Theory]
    [InlineData("192.0.2.1", "0.0.0.0", "::")]
    [InlineData("192.0.2.1", "192.0.2.1", "0.0.0.0")]
    [InlineData("2001:db8::1", "2001:db8::1", "::")]
    public void Who_listens_nearer_is_preferred(string local, string near, string far)
    {
        ListenerOwners owners = new();
        owners.Add(At(far), Init);
        owners.Add(At(near), Us);
        Assert.Equal(Us, owners.Find(At(local)));
    }

    [Fact]
    public void Of_two_that_live_neither_is_told_also_where_a_third_listens_at_any_address()
    {
        ListenerOwners owners = new();
        owners.Add(At("::"), Us);
        owners.Add(At("192.0.2.1"), Us);
        owners.Add(At("192.0.2.1"), Init);
        Assert.Null(owners.Find(At("192.0.2.1")));
    }

    [Fact]
    public void One_that_has_ended_makes_room_for_the_next()
    {
        ListenerOwners owners = new();
        // Above the greatest number that the kernel gives (pid_max).
        ListenerOwner ended = new(int.MaxValue, 0, "ended");
        owners.Add(At("::"), ended);
        Assert.Equal(ended, owners.Find(At("::1")));
        owners.Add(At("::"), Us);
        Assert.Equal(Us, owners.Find(At("::1")));
    }

    private static Listener At(string address) => new(7, BinaryPrimitives.ReadUInt128LittleEndian(IPAddress.Parse(address).MapToIPv6().GetAddressBytes()), 80);
}
