using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A guarded program makes namespaces, and enters those of others of its user.</summary>
public sealed class EscapeNamespaceTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    [Theory]
    [InlineData("user-namespace")]
    [InlineData("mount-namespace")]
    public void Root_of_an_own_user_namespace_is_guarded_too(string way)
    {
        Assert.True(Try(Promise.None).HasArrived(way), $"{Try(Promise.None)}");
        Assert.All([Promise.Misled, Promise.Isolated], promise =>
        {
            Assert.Equal("ECONNABORTED", Try(promise).Said(way));
            Assert.False(Try(promise).HasArrived(way));
        });
    }

    /// <summary>Guarded or not: only the root of a network namespace lets others in.</summary>
    [Theory]
    [InlineData("empty-network", "ENETUNREACH")]
    [InlineData("pair-into-the-network", "EPERM")]
    [InlineData("outside-network-as-root-of-a-user-namespace", "EACCES")]
    public void An_own_network_leads_nowhere(string way, string said) =>
        Assert.All([Promise.None, Promise.Misled, Promise.Isolated], promise =>
            Assert.Equal(promise == Promise.Isolated && said == "EACCES" ? "ENOENT" : said, Try(promise).Said(way)));

    [Theory]
    [InlineData("outside-network")]
    [InlineData("outside-processes")]
    [InlineData("outside-mounts")]
    [InlineData("outside-cgroups")]
    public void Namespaces_of_the_host_are_not_entered(string way)
    {
        Outcome root = (lab.Command(Promise.None) with { Program = lab.Program("namespaces") }).Run(Arguments(out RunningCommand[] running));
        Release(running);
        Assert.Equal("OK", root.Said(way));
        Assert.Equal("EPERM", Try(Promise.None).Said(way));
        Assert.Equal("EPERM", Try(Promise.Misled).Said(way));
        Assert.Equal("ENOENT", Try(Promise.Isolated).Said(way));
    }

    /// <summary>As those of a rootless container: its owner may enter them.</summary>
    [Fact]
    public void In_the_namespaces_of_another_process_of_its_user_it_is_guarded_too()
    {
        Assert.Contains("received container", Try(Promise.None).Output, StringComparison.Ordinal);
        // In another network than the guard's it waits for its time-out.
        Assert.Equal("ETIMEDOUT", Try(Promise.Misled).Said("container"));
        Assert.DoesNotContain("received container", Try(Promise.Misled).Output, StringComparison.Ordinal);
        Assert.Equal("ENOENT", Try(Promise.Isolated).Said("container"));
    }

    private Outcome Try(Promise promise) => lab.Once(promise, "namespaces", () =>
    {
        Outcome outcome = lab.Run(promise, "namespaces", Arguments(out RunningCommand[] running));
        return outcome with { Output = outcome.Output + Release(running) };
    });

    /// <summary>Starts a process in another network, and one in namespaces of its own.</summary>
    private string[] Arguments(out RunningCommand[] running)
    {
        Requires.Program("iproute2", "ip");
        HopsCommand other = lab.Command(Promise.None) with { At = lab.Network.HostAt(1), Input = null };
        RunningCommand outside = other.Start([.. lab.Words(Promise.None), lab.Program("namespaces"), "outside"]);
        RunningCommand container = lab.Start(Promise.None, "namespaces", "container");
        running = [outside, container];
        Array.ForEach(running, static one => one.WaitUntil(static running => running.Output.EndsWith('\n')));
        string[] inside = container.Output.Trim().Split(' ');
        return [lab.Near, $"{lab.Port}", outside.Output.Trim().Split(' ')[1], inside[1], inside[2]];
    }

    private static string Release(RunningCommand[] running) => string.Concat(running.Select(static one =>
    {
        one.Input.Close();
        string output = one.Wait().Output;
        one.Dispose();
        return output;
    }));
}
