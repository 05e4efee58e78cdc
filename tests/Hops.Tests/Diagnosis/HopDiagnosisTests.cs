using System.Net.Sockets;
using Hops.Diagnosis;
using Hops.TestSupport;

namespace Hops.Tests.Diagnosis;

public sealed class HopDiagnosisTests
{
    [Fact]
    public async Task What_works_has_measured_and_nothing_stays_open()
    {
        Requires.Root();
        await HopDiagnosis.RunAsync(TestContext.Current.CancellationToken);
        HopDiagnosis diagnosis;
        using (OpenDescriptors.MustNotGrow())
        {
            diagnosis = await HopDiagnosis.RunAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(HopVerdict.TcpClients, diagnosis.Verdict);
        Assert.Equal(HopSource.SocketFilter, diagnosis.Sources[0].Source);
        Assert.All(diagnosis.Sources.Where(static check => check.Works), static check =>
        {
            Assert.NotEmpty(check.Families);
            Assert.Empty(check.Remedies);
            Assert.All(check.Families, static family => Assert.Equal(0, family.Distance?.Hops));
        });
        Assert.All(diagnosis.Sources.Where(static check => !check.Works), static check => Assert.NotEmpty(check.Remedies));
        Assert.Contains("SocketFilter: works (IPv4, IPv6)", diagnosis.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{Environment.NewLine}  kernel: ", diagnosis.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caller_may_give_up()
    {
        using CancellationTokenSource given = new();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HopDiagnosis.RunAsync(given.Token));
    }

    [Theory]
    [InlineData(HopSource.SocketFilter)]
    [InlineData(HopSource.SocketOption)]
    [InlineData(HopSource.MinimumTtl)]
    [InlineData(HopSource.SavedSyn)]
    [InlineData(HopSource.Datagram)]
    public async Task What_had_too_little_time_is_tried_again(HopSource source)
    {
        Requires.Root();
        // Over before it begins: what else takes too long on every machine?
        TimeSpan none = TimeSpan.Zero;
        ProcessFacts facts = new();
        HopSourceCheck once = await new SourceCheck(facts, none, none).RunAsync(source, TestContext.Current.CancellationToken);
        Assert.False(once.Works);
        HopSourceCheck twice = await new SourceCheck(facts, none, TimeSpan.FromSeconds(30)).RunAsync(source, TestContext.Current.CancellationToken);
        Assert.True(twice.Works, twice.Reason);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 128, HopCheckOutcome.Measured)]
    [InlineData(AddressFamily.InterNetworkV6, 255, HopCheckOutcome.Measured)]
    // Distance 0 as well, but not what was sent: the system's own TTL, the other family's, and the value that a socket has where no packet was kept.
    [InlineData(AddressFamily.InterNetwork, 64, HopCheckOutcome.Failed)]
    [InlineData(AddressFamily.InterNetwork, 255, HopCheckOutcome.Failed)]
    [InlineData(AddressFamily.InterNetworkV6, 128, HopCheckOutcome.Failed)]
    [InlineData(AddressFamily.InterNetworkV6, 1, HopCheckOutcome.Failed)]
    public void Only_the_TTL_that_was_sent_counts_as_measured(AddressFamily family, int receivedTtl, HopCheckOutcome expected)
    {
        HopFamilyCheck check = SourceCheck.Compare(family, HopDistance.FromReceivedTtl(receivedTtl));
        Assert.Equal(expected, check.Outcome);
        Assert.Equal(expected == HopCheckOutcome.Measured, check.Reason is null);
        Assert.Equal(receivedTtl, check.Distance?.ReceivedTtl);
    }

    [Fact]
    public void Nothing_measured_is_not_works() => Assert.Equal(HopCheckOutcome.Failed, SourceCheck.Compare(AddressFamily.InterNetwork, null).Outcome);
}
