using System.Net;
using Hops.Benchmarks.Peers;

namespace Hops.Benchmarks.Tests;

/// <summary>On what the programs printed in a network of three routers.</summary>
public sealed class PeerAnswerTests
{
    private static readonly PeerTarget Target = new("toserver", IPAddress.Parse("198.18.3.2"), 8080, 3);

    [Theory]
    [InlineData("hops", "3 hops")]
    [InlineData("p0f", "dist 3")]
    [InlineData("tshark", "TTL 61")]
    [InlineData("tcptraceroute", "server is no. 4")]
    [InlineData("mtr", "server is no. 4")]
    public void Each_program_says_in_its_way_that_there_are_three_routers(string program, string text) =>
        Assert.Equal(new PeerAnswer(text, 3), Read(program, OutputOf(program)));

    [Theory]
    [InlineData("hops")]
    [InlineData("p0f")]
    [InlineData("tshark")]
    [InlineData("tcptraceroute")]
    [InlineData("mtr")]
    public void An_answer_that_has_arrived_in_part_is_not_read(string program)
    {
        string output = OutputOf(program);
        PeerAnswer whole = Read(program, output)!;
        Assert.All(
            Enumerable.Range(0, output.Length), length => Assert.True(Read(program, output[..length]) is not { } answer || answer == whole, output[..length]));
    }

    [Fact]
    public void Another_distance_is_another_answer()
    {
        Assert.Equal(new PeerAnswer("12 hops", 12), Read("hops", OutputOf("hops").Replace("is 3 ", "is 12 ", StringComparison.Ordinal)));
        Assert.Equal(new PeerAnswer("dist 12", 12), Read("p0f", OutputOf("p0f").Replace("= 3\n", "= 12\n", StringComparison.Ordinal)));
        Assert.Equal(new PeerAnswer("TTL 52", 12), Read("tshark", OutputOf("tshark").Replace("\n61\n", "\n52\n", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("hops")]
    [InlineData("tcptraceroute")]
    [InlineData("mtr")]
    public void A_server_that_did_not_answer_has_no_distance(string program)
    {
        string silent = OutputOf(program)
            .Replace("] TTL distance", "] no distance", StringComparison.Ordinal)
            .Replace("198.18.3.2", "???", StringComparison.Ordinal);
        Assert.Null(Read(program, silent));
    }

    private static PeerAnswer? Read(string program, string output) => Peer.All("hops").First(peer => peer.Program == program).AnswerOf(output, Target);

    private static string OutputOf(string program) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", $"{program}.txt"));
}
