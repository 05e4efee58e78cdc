using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A guarded program has descriptors of who started the guard.</summary>
public sealed class EscapeDescriptorTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    [Fact]
    public void Descriptors_that_were_left_open_are_there_without_a_guard()
    {
        Outcome outcome = Use(Promise.None);
        outcome.AssertSaid("inherited-connection OK\ninherited-ring OK\ninherited-log OK\ninherited-network EPERM");
        Assert.True(outcome.HasArrived("inherited-connection"));
    }

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void Descriptors_from_3_on_are_closed(Promise promise)
    {
        Outcome outcome = Use(promise);
        Assert.Equal("inherited-connection EBADF\ninherited-ring ENOSYS\ninherited-log EBADF\ninherited-network EBADF\n", outcome.Output);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    [InlineData("netlink")]
    [InlineData("packet")]
    [InlineData("unix-datagram")]
    [InlineData("ring")]
    [InlineData("folder")]
    public void Standard_descriptors_that_are_no_files_are_refused(string kind)
    {
        Assert.All(["0", "1", "2"], descriptor =>
        {
            Outcome outcome = Put(Promise.Misled, descriptor, kind);
            outcome.AssertStatus(125);
            Assert.Equal("", outcome.Output);
        });
        Put(Promise.Isolated, "0", kind).AssertStatus(125);
        Outcome control = Put(Promise.None, "0", kind);
        control.AssertStatus(0);
        Assert.Equal(kind is "ring" or "folder" ? "ENOTSOCK" : "OK", control.Said("input-is-a-socket"));
    }

    [Fact]
    public void Unix_streams_are_relayed_and_let_no_descriptors_through()
    {
        Assert.Equal("OK", Put(Promise.None, "0", "unix-stream").Said("input-is-a-socket"));
        Assert.All([Promise.Misled, Promise.Isolated], promise =>
        {
            Outcome outcome = Put(promise, "0", "unix-stream");
            Assert.Equal("ENOTSOCK", outcome.Said("input-is-a-socket"));
            // Its output is a pipe.
            Assert.Equal("ENOTSOCK", outcome.Said("give"));
        });
    }

    /// <summary>The next descriptor gets the number of a closed one: none of the guard's own is there.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public void Closed_standard_descriptors_give_it_nothing_of_the_guards(string descriptor) => Assert.All([Promise.Misled, Promise.Isolated], promise =>
    {
        HopsCommand hops = lab.Command(promise) with { Program = lab.Program("descriptors") };
        Outcome outcome = hops.Run(
            [
                "put", descriptor, "nothing", HopsCommand.Executable, .. lab.Words(promise),
                lab.Program("descriptors"), "is", descriptor, descriptor == "1" ? "2" : "1",
            ]);
        Assert.True(outcome.Status == 125 || outcome.Lines.Concat(outcome.ErrorLines).Any(static line => line is "is /dev/null" or "is closed"), $"{outcome}");
    });

    private Outcome Use(Promise promise) => lab.Once(promise, "descriptors", () =>
    {
        HopsCommand leaving = lab.Command(promise) with { Program = lab.Program("descriptors") };
        string program = Requires.Program("util-linux", "setpriv");
        return leaving.Run(
            [
                "leave", lab.Near, $"{lab.Port}", lab.Network.HostAt(1).Path, promise == Promise.None ? program : HopsCommand.Executable,
                .. lab.Words(promise), lab.Program("descriptors"), "use",
            ]);
    });

    private Outcome Put(Promise promise, string descriptor, string kind)
    {
        HopsCommand putting = lab.Command(promise) with { Program = lab.Program("descriptors") };
        string program = Requires.Program("util-linux", "setpriv");
        return putting.Run(
            [
                "put", descriptor, kind, promise == Promise.None ? program : HopsCommand.Executable, .. lab.Words(promise),
                lab.Program("descriptors"), "relayed",
            ]);
    }
}
