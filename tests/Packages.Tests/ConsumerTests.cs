using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Packages.Tests;

/// <summary>The examples in the READMEs of the packages work with the packages alone, compiled just in time and natively.</summary>
public sealed class ConsumerTests(Consumer consumer) : IClassFixture<Consumer>
{
    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_program_is_written_loaded_and_tested(bool native)
    {
        Requires.Root();
        Assert.Equal(consumer.Promised("Ebpf") + "\n", consumer.Run(native, "Ebpf"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_connection_is_measured(bool native)
    {
        Requires.Root();
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        string port = ((IPEndPoint)server.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Matches(@"^0 hops \(TTL \d+ of \d+\)\ninside, or unknown\n$", consumer.Run(native, "Hops", port));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_guard_refuses_this_machine(bool native)
    {
        Requires.Root();
        Assert.Matches(@"^SpecialPurpose: 127\.0\.0\.1 port 25 was refused: 127\.0\.0\.1 is special-purpose", consumer.Run(native, "Hops.Guard"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_guarded_client_refuses_this_machine(bool native)
    {
        Requires.Root();
        Assert.Matches(@"127\.0\.0\.1.*special-purpose", consumer.Run(native, "Hops.Http"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_guarded_client_gets_what_is_far_and_refuses_what_is_near_in_a_network_in_memory(bool native) =>
        Assert.Equal(consumer.Promised("Hops.Testing") + "\n", consumer.Run(native, "Hops.Testing"));
}
