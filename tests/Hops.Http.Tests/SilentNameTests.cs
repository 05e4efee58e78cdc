using System.Net.Sockets;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests;

/// <summary>Names whose servers never answer, asked for by strangers: as many as are looked up at once, and ten times as many.</summary>
public sealed class SilentNameTests(GuardLab lab) : IClassFixture<GuardLab>
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Names_without_an_answer_hold_up_no_address_and_no_pooled_connection(int times)
    {
        lab.Start();
        int silent = times * HostAddresses.MaximumLookUps;
        lab.Names.Add("pooled.example", lab.Address(GuardLab.FarDistance));
        lab.Names.Add($"late{times}.example", lab.Address(GuardLab.FarDistance));
        string address = $"https://{lab.Address(GuardLab.FarDistance)}/";
        // The resolver retries for two and a half minutes, longer than the test runs.
        using GuardedService service = lab.NewService(("RES_OPTIONS", "timeout:30 attempts:5"));
        int unanswered = lab.Names.Unanswered;
        int lookUps = lab.Names.LookUps("pooled.example", AddressFamily.InterNetwork);
        Report report = service.Run(
            new Errand(
                GuardLab.Options(3, ("LookUpTimeout", "01:00:00")),
                ["https://pooled.example/", address, "https://pooled.example/"],
                lab.Certificate,
                Pending: [.. Enumerable.Range(0, silent).Select(i => $"https://name{i}.times{times}.{NameServer.Silent}/")]),
            whilePending: () => Assert.True(
                SpinWait.SpinUntil(() => lab.Names.Unanswered - unanswered == HostAddresses.MaximumLookUps, TimeSpan.FromMinutes(1)),
                $"{lab.Names.Unanswered - unanswered} names were asked for."));
        Assert.Equal(["5", "5", "5"], report.Fetches.Select(static fetch => fetch.Body));
        Assert.Equal(1, lab.Names.LookUps("pooled.example", AddressFamily.InterNetwork) - lookUps);
        Assert.Equal(silent, report.StillPending);

        // The cancelled requests have ended; the resolver's queries continue.
        Assert.All(report.Pending!, static fetch => Assert.StartsWith("TaskCanceledException", fetch.Error, StringComparison.Ordinal));
        report = service.Run(new Errand(GuardLab.Options(3, ("LookUpTimeout", "00:00:01")), [$"https://late{times}.example/", address], lab.Certificate));
        Assert.Equal(HttpRequestError.NameResolutionError, report.Fetches[0].Kind);
        Assert.Contains(
            $"Looking up 'late{times}.example' failed: it was not begun within 1 s, "
                + $"because {HostAddresses.MaximumLookUps} other names are being looked up whose name servers do not answer",
            report.Fetches[0].Error,
            StringComparison.Ordinal);
        Assert.Equal("5", report.Fetches[1].Body);
        Assert.Equal(0, lab.Names.LookUps($"late{times}.example", AddressFamily.InterNetwork));
    }

    [Fact]
    public void A_name_without_an_answer_fails_in_the_time_that_the_options_give_it()
    {
        lab.Start();
        using GuardedService service = lab.NewService(("RES_OPTIONS", "timeout:30 attempts:5"));
        Report report = service.Run(new Errand(GuardLab.Options(3, ("LookUpTimeout", "00:00:00.5")), [$"https://one.{NameServer.Silent}/"]));
        Fetch fetch = Assert.Single(report.Fetches);
        Assert.Equal((HttpRequestError.NameResolutionError, null), (fetch.Kind, fetch.Reason));
        Assert.Contains($"Looking up 'one.{NameServer.Silent}' failed: no answer within 0.5 s", fetch.Error, StringComparison.Ordinal);
    }
}
