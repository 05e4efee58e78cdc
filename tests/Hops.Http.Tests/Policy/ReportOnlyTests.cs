using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests.Policy;

/// <summary>Report-only mode reports what enforcing refuses, with the same reason, and nothing else: the same cases, made from seeds, in both modes.</summary>
public sealed class ReportOnlyTests
{
    /// <summary>One address of each kind, and how far away it is: <c>null</c> for unknown, -1 where nothing answers.</summary>
    private static readonly (string Address, int? Hops)[] Addresses =
    [
        ("93.184.216.34", 9), ("93.184.216.44", 4), ("93.184.216.35", 2), ("93.184.216.45", 0), ("93.184.216.36", null),
        ("93.184.216.37", 40), ("93.184.216.38", -1),
        ("2606:2800:21f::1", 9), ("2606:2800:21f::2", 1), ("10.0.0.1", 9), ("10.0.0.2", 1), ("10.0.0.3", -1), ("169.254.169.254", 0),
        ("64:ff9b::a00:1", 9), ("::ffff:93.184.216.35", 2),
        ("93.184.0.1", 9), ("93.185.0.1", 9), ("93.185.0.2", -1),
    ];

    [Fact]
    public async Task What_enforcing_refuses_is_reported_with_its_reason_and_nothing_else()
    {
        const int cases = 1_500;
        Dictionary<HopGuardReason, int> refused = [];
        for (int seed = 0; seed < cases; seed++)
        {
            (HopGuardReason? reason, bool answered, string[] enforced) = await RunAsync(seed, HopGuardMode.Enforce);
            (HopGuardReason? refusedAllTheSame, bool answeredAllTheSame, string[] reported) = await RunAsync(seed, HopGuardMode.ReportOnly);
            Assert.True(
                enforced.SequenceEqual(reported),
                $"{Describe(seed)}: enforcing decided [{string.Join(", ", enforced)}], report-only reported [{string.Join(", ", reported)}]");

            // A request that insists on HTTP/3 is refused in both.
            Assert.True(refusedAllTheSame is null or HopGuardReason.Version, $"{Describe(seed)}: refused with {refusedAllTheSame} in report-only mode");
            Assert.True(answeredAllTheSame || !answered, $"{Describe(seed)}: answered, but not in report-only mode");
            if (reason is { } why)
            {
                refused[why] = refused.GetValueOrDefault(why) + 1;
            }
        }

        // All reasons were there: nothing was compared with nothing.
        Assert.Equal(Enum.GetValues<HopGuardReason>(), refused.Keys.Order());
    }

    [Fact]
    public async Task The_reason_is_that_of_the_address_which_enforcing_refuses_first()
    {
        using FakeGuard guard = new(static o => o.Mode = HopGuardMode.ReportOnly);
        guard.Network.AddServer("10.0.0.1", hops: null, FakeGuard.Hello);
        Assert.Null(await guard.ReasonAsync("https://10.0.0.1/"));
        Assert.Equal(["hops.guard.decisions 1 reason=special-purpose mode=report-only"], guard.Metrics.Decisions);
    }

    [Fact]
    public async Task A_mixed_name_that_may_be_mixed_is_not_reported()
    {
        using FakeGuard guard = new(static o => (o.Mode, o.AllowMixed) = (HopGuardMode.ReportOnly, true));
        guard.Network.AddName("mixed.example", "10.0.0.1", "93.184.216.35", "93.184.216.34");
        Assert.Null(await guard.ReasonAsync("https://mixed.example/"));
        Assert.Equal(["hops.guard.decisions 1 reason=allowed mode=report-only"], guard.Metrics.Decisions);
        Assert.Equal([true, false], guard.Network.Connections.Select(static connection => connection.IsClosed));
    }

    [Theory]
    [InlineData("ws://far.example/")]
    [InlineData("gopher://far.example/")]
    public async Task A_redirect_to_a_scheme_that_is_not_allowed_is_reported_once(string target)
    {
        using FakeGuard guard = new(static o =>
        {
            o.Mode = HopGuardMode.ReportOnly;
            o.AllowedSchemes.Add("http");
        });
        guard.Network.AddName("redirects.example", "93.184.216.44").AddServer("93.184.216.44", hops: 9, _ => Redirect(target));
        Assert.Null(await guard.ReasonAsync("http://redirects.example/"));
        Assert.Equal(
            ["hops.guard.decisions 1 reason=allowed mode=report-only", "hops.guard.decisions 1 reason=scheme mode=report-only"],
            guard.Metrics.Decisions);
    }

    /// <summary>With the option that allows mixed names, too: it is the guard that fails it, since without it the near address would be used.</summary>
    [Theory]
    [InlineData("93.184.216.35", HopGuardReason.Near)]
    [InlineData("10.0.0.2", HopGuardReason.SpecialPurpose)]
    public async Task A_name_whose_only_address_that_answers_is_refused_is_refused(string address, HopGuardReason reason)
    {
        using FakeGuard guard = new(static o => o.AllowMixed = true);
        guard.Network.AddName("mixed.example", address, "93.184.216.99").AddServer("10.0.0.2", hops: 1, FakeGuard.Hello);
        HopGuardException? refusal = await guard.RefusalAsync("https://mixed.example/");
        Assert.Equal(reason, refusal?.Reason);
        Assert.EndsWith(", and no other address of the name answers", refusal?.Message, StringComparison.Ordinal);
    }

    private static async Task<(HopGuardReason? Reason, bool Answered, string[] Decisions)> RunAsync(int seed, HopGuardMode mode)
    {
        Case one = new(seed);
        using FakeGuard guard = new(o =>
        {
            o.Mode = mode;
            o.AllowMixed = one.AllowMixed;
            o.RequireMeasurement = one.RequireMeasurement;
            o.RefusedNetworks.Add("93.184.0.0/24");
            o.AllowedHosts.Add("*.example");
            o.AllowedPorts.Add(80);
            o.AllowedPorts.Add(443);
            o.IsAllowed = static candidate => !candidate.Address.ToString().StartsWith("93.185.", StringComparison.Ordinal);
            if (one.AllowHttp)
            {
                o.AllowedSchemes.Add("http");
            }

            if (one.AllowPrivate)
            {
                o.AllowedSpecialPurposeNetworks.Add("10.0.0.0/8");
            }
        });
        foreach ((string address, int? hops) in Addresses.Where(static each => each.Hops is not -1))
        {
            guard.Network.AddServer(address, hops, FakeGuard.Hello);
        }

        guard.Network.AddName("case.example", one.Name).AddName("other.test", one.Name).AddName("redirects.example", "93.184.217.1")
            .AddServer("93.184.217.1", hops: 9, _ => Redirect(one.Url));
        string url = one.Redirects ? $"{(one.AllowHttp ? "http" : "https")}://redirects.example/" : one.Url;
        using HttpClient client = guard.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, url) { Version = one.Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        HopGuardReason? reason = null;
        bool answered = false;
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            answered = response.IsSuccessStatusCode;
        }
        catch (HttpRequestException e)
        {
            reason = (e.InnerException as HopGuardException)?.Reason;
        }

        return (reason, answered, [.. guard.Metrics.Decisions.Select(static decision => decision[..decision.IndexOf(" mode=", StringComparison.Ordinal)])]);
    }

    private static HttpResponseMessage Redirect(string to) => new(HttpStatusCode.Found) { Headers = { Location = new Uri(to) } };

    private static string Describe(int seed) => $"seed {seed}, {new Case(seed)}";

    private sealed record Case
    {
        private static readonly string[] Schemes = ["https", "https", "https", "http", "ws", "gopher"];

        public Case(int seed)
        {
            Random random = new(seed);
            Name = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Addresses[random.Next(Addresses.Length)].Address).Distinct()];
            (AllowMixed, RequireMeasurement, AllowHttp, AllowPrivate) = (random.Next(2) == 0, random.Next(3) > 0, random.Next(2) == 0, random.Next(3) == 0);
            Redirects = random.Next(3) == 0;

            // HttpClient itself refuses other schemes; those come by redirects.
            Scheme = Schemes[random.Next(Redirects ? Schemes.Length : Schemes.Length - 1)];
            Version = random.Next(20) == 0 ? HttpVersion.Version30 : HttpVersion.Version11;
            OtherPort = random.Next(10) == 0;
            OtherHost = random.Next(20) == 0;
        }

        public string[] Name { get; }

        public bool AllowMixed { get; }

        public bool RequireMeasurement { get; }

        public bool AllowHttp { get; }

        public bool AllowPrivate { get; }

        public bool Redirects { get; }

        public string Scheme { get; }

        public Version Version { get; }

        public bool OtherPort { get; }

        public bool OtherHost { get; }

        public string Url => $"{Scheme}://{(OtherHost ? "other.test" : "case.example")}{(OtherPort ? ":8443" : "")}/";

        public override string ToString() =>
            $"{string.Join(' ', Name)}, {Url}{(Redirects ? " by a redirect" : "")}, mixed {AllowMixed}, measurement {RequireMeasurement}, "
                + $"http {AllowHttp}, private {AllowPrivate}, HTTP/{Version}";
    }
}
