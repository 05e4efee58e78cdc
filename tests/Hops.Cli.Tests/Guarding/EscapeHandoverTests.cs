using Hops.Cli.Tests.Support;

namespace Hops.Cli.Tests.Guarding;

/// <summary>
/// A guarded program uses helpers outside, of the same user: one that hands sockets over or connects on behalf of others (as systemd --user, at, cron, D-Bus
/// and docker do for their clients), and one that can be debugged. A program escapes through a helper that is misled; this gap is known and documented.
/// </summary>
public sealed class EscapeHandoverTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    [Theory]
    [InlineData("passed-by-path", "EAFNOSUPPORT")]
    [InlineData("passed-by-name", "EAFNOSUPPORT")]
    [InlineData("on-behalf-by-path", "EAFNOSUPPORT")]
    [InlineData("on-behalf-by-name", "EAFNOSUPPORT")]
    [InlineData("pair-by-path", "EAFNOSUPPORT")]
    [InlineData("pair-by-name", "EAFNOSUPPORT")]
    [InlineData("fetched", "EPERM")]
    public void Sockets_of_helpers_are_open_to_a_misled_program_and_closed_to_an_isolated_one(string way, string said)
    {
        Assert.True(Try(Promise.None).HasArrived(way));
        Assert.True(Try(Promise.Misled).HasArrived(way));
        Outcome isolated = Try(Promise.Isolated);
        Assert.Equal(said, isolated.Said(way));
        Assert.False(isolated.HasArrived(way), $"{isolated}");
    }

    [Theory]
    [InlineData("traced", "EPERM")]
    [InlineData("memory-read", "EPERM")]
    [InlineData("memory-written", "EPERM")]
    [InlineData("memory-file", "ENOENT")]
    [InlineData("descriptor-file", "ENOENT")]
    [InlineData("signalled", "ESRCH")]
    [InlineData("left-file", "EACCES")]
    public void Processes_and_files_of_its_user_are_open_to_a_misled_program_and_closed_to_an_isolated_one(string way, string said)
    {
        Assert.Equal("OK", Try(Promise.None).Said(way));
        Assert.Equal("OK", Try(Promise.Misled).Said(way));
        Assert.Equal(said, Try(Promise.Isolated).Said(way));
    }

    /// <summary>It is connected for good, guarded or not.</summary>
    [Fact]
    public void A_socket_of_a_pair_of_streams_reaches_nobody_else() =>
        Assert.All([Promise.None, Promise.Misled, Promise.Isolated], promise => Assert.Equal("EISCONN", Try(promise).Said("stream-pair-by-path")));

    private Outcome Try(Promise promise) => lab.Once(promise, "handover", () =>
    {
        string folder = Path.Combine(lab.Folder, $"{promise}");
        Directory.CreateDirectory(Path.Combine(folder, "private"));
        TestSupport.Command.Run("chown", "-R", $"{EscapeLab.User}:{EscapeLab.User}", folder);
        TestSupport.Command.Run("chmod", "0700", Path.Combine(folder, "private"));
        using RunningCommand helper = lab.Start(Promise.None, "handover", "helper", folder, lab.Near, $"{lab.Port}");
        helper.WaitUntil(static running => running.Output.EndsWith('\n'));
        string[] words = helper.Output.Trim().Split(' ');
        Outcome outcome = lab.Run(promise, "handover", "try", folder, words[1], words[2]);
        helper.Input.Close();
        helper.Wait();
        return outcome;
    });
}
