using System.Security.Cryptography.X509Certificates;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;
using Hops.TestSupport.Hostile;

namespace Hops.Http.Tests;

/// <summary>
/// Far servers whose certificates name near addresses. For each test that nothing arrives there, another one shows that without a guard
/// requests do arrive.
/// </summary>
public sealed class CertificateAttackTests(HostileLab lab) : IClassFixture<HostileLab>
{
    private static readonly ClientSettings Guarded = new();
    private static readonly ClientSettings Unguarded = new(Guarded: false);

    /// <summary>The certificates that a client without revocation checks accepts.</summary>
    private static readonly HostileCertificateKind[] Accepted =
    [
        HostileCertificateKind.Honest, HostileCertificateKind.RevocationList, HostileCertificateKind.OnlineStatus, HostileCertificateKind.MustStaple,
        HostileCertificateKind.LongChain, HostileCertificateKind.HugeExtension, HostileCertificateKind.ManyNames,
    ];

    public static TheoryData<HostileCertificateKind> Kinds => [.. Enum.GetValues<HostileCertificateKind>()];

    [Theory]
    [InlineData("near")]
    [InlineData("metadata")]
    [InlineData("redirect")]
    public void An_issuer_that_the_server_did_not_send_is_not_fetched(string where)
    {
        lab.Start();
        using HostileCertificates certificates = lab.NewCertificates(where switch { "near" => lab.Near, "metadata" => HostileLab.Metadata, _ => lab.Redirect });
        using HostileCertificate certificate = certificates.Make(HostileCertificateKind.MissingIssuer);
        using HostileCertificateServer server = lab.Serve(certificate);
        AssertFetchesWhatIsNear(Unguarded, server, certificate);
        AssertSilent(Guarded, server, certificate, "200");
    }

    [Theory]
    [InlineData(HostileCertificateKind.RevocationList)]
    [InlineData(HostileCertificateKind.OnlineStatus)]
    public void Revocation_is_not_looked_up(HostileCertificateKind kind)
    {
        lab.Start();
        using HostileCertificate certificate = lab.Certificates.Make(kind);
        using HostileCertificateServer server = lab.Serve(certificate);
        ClientSettings online = new(TrustsSystem: true, Revocation: "Online");
        AssertFetchesWhatIsNear(online with { Guarded = false }, server, certificate);
        AssertSilent(online with { Revocation = "NoCheck" }, server, certificate, "200");
        // From the cache, where there is nothing.
        AssertSilent(online with { Revocation = "Offline" }, server, certificate, "HttpRequestException: ");

        Report refused = lab.Run(server, online, certificate);
        Assert.Contains(
            "The client 'strangers' has a CertificateRevocationCheckMode of Online, which fetches revocation lists and OCSP answers",
            refused.Startup,
            StringComparison.Ordinal);
        Assert.Equal((Arrivals.None, 0), lab.TakeNear());

        AssertFetchesWhatIsNear(online, server, certificate, ("AllowCertificateDownloads", "true"));
    }

    [Theory]
    [InlineData("Online", true)]
    [InlineData("Online", false)]
    [InlineData("NoCheck", true)]
    public void A_policy_for_certificates_that_downloads_fails_the_start(string revocation, bool downloads)
    {
        lab.Start();
        using HostileCertificate certificate = lab.Certificates.Make(HostileCertificateKind.Honest);
        using HostileCertificateServer server = lab.Serve(certificate);
        ClientSettings settings = new(TrustsSystem: true, Policy: true, Revocation: revocation, Downloads: downloads);
        string? startup = lab.Run(server, settings, certificate).Startup;
        Assert.StartsWith("The client 'strangers' has a CertificateChainPolicy that downloads what certificates name", startup, StringComparison.Ordinal);
        Assert.Contains("set DisableCertificateDownloads to true and RevocationMode, which is " + revocation, startup, StringComparison.Ordinal);
        AssertSilent(settings with { Revocation = "NoCheck", Downloads = false }, server, certificate, "200");
    }

    [Fact]
    public void A_missing_issuer_is_named_in_the_message()
    {
        lab.Start();
        using HostileCertificate certificate = lab.Certificates.Make(HostileCertificateKind.MissingIssuer);
        using HostileCertificateServer server = lab.Serve(certificate);
        ClientSettings settings = new(TrustsSystem: true);
        AssertSilent(
            settings,
            server,
            certificate,
            "HttpRequestException: The certificate of the server has no known issuer (PartialChain).");

        Report allowed = AssertFetchesWhatIsNear(settings, server, certificate, ("AllowCertificateDownloads", "true"));
        string outcome = Assert.Single(allowed.Fetches).Outcome;
        Assert.StartsWith("HttpRequestException: The SSL connection could not be established", outcome, StringComparison.Ordinal);
    }

    /// <summary>Until its first request .NET lets anybody change a handler, and its policy for certificates even later.</summary>
    [Theory]
    [InlineData("options", false)]
    [InlineData("no policy", false)]
    [InlineData("policy", false)]
    [InlineData("policy", true)]
    [InlineData("credentials", false)]
    public void Settings_that_are_changed_after_the_guard_was_put_on_fetch_nothing(string what, bool fetchesBefore)
    {
        lab.Start();
        using HostileCertificate certificate = lab.Certificates.Make(HostileCertificateKind.Everything);
        // Closes, so that there is another handshake.
        using HostileCertificateServer server = lab.Serve(certificate, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        AssertFetchesWhatIsNear(Unguarded with { ChangesLater = what, FetchesBefore = fetchesBefore }, server, certificate);
        AssertSilent(
            Guarded with { ChangesLater = what, FetchesBefore = fetchesBefore },
            server,
            certificate,
            "InvalidOperationException: The hop guard 'strangers' sends nothing: after it was added to the SocketsHttpHandler, Credentials or Ssl");
    }

    /// <summary>Whatever a server shows: nothing goes elsewhere, what is wrong is refused as TLS refuses it, and the next server is fetched from.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_certificate_sends_the_client_elsewhere(HostileCertificateKind kind)
    {
        lab.Start();
        using HostileCertificate certificate = lab.Certificates.Make(kind);
        using HostileCertificateServer server = lab.Serve(certificate);
        bool accepted = Accepted.Contains(kind);
        ClientSettings system = new(TrustsSystem: true);
        foreach (ClientSettings settings in (ClientSettings[])[system, system with { Policy = true }, system with { Revocation = "Offline" }])
        {
            bool fetched = accepted && settings.Revocation == "NoCheck";
            int before = server.Requests;
            AssertSilent(settings, server, certificate, fetched ? "200" : "HttpRequestException: ");
            Assert.Equal(fetched ? 1 : 0, server.Requests - before);
        }

        using HostileCertificate honest = lab.Certificates.Make(HostileCertificateKind.Honest);
        using HostileCertificateServer next = lab.Serve(honest);
        AssertSilent(system, next, honest, "200");
    }

    [Fact]
    public void The_issuer_of_a_client_certificate_is_not_fetched()
    {
        lab.Start();
        using X509Certificate2 shown = lab.Certificates.ForClient();
        using HostileCertificate certificate = lab.Certificates.Make(HostileCertificateKind.Honest);
        using HostileCertificateServer server = lab.Serve(certificate, asksForCertificate: true);
        ClientSettings settings = new(TrustsSystem: true, ClientCertificate: Convert.ToBase64String(shown.Export(X509ContentType.Pkcs12)));
        AssertFetchesWhatIsNear(settings with { Guarded = false }, server, certificate);
        Assert.Equal(shown.Subject, server.ClientCertificate);

        Report refused = lab.Run(server, settings, certificate);
        Assert.StartsWith("The client 'strangers' has ClientCertificates or a LocalCertificateSelectionCallback", refused.Startup, StringComparison.Ordinal);
        Assert.Contains("Set ClientCertificateContext to SslStreamCertificateContext.Create(…, offline: true)", refused.Startup, StringComparison.Ordinal);

        using HostileCertificateServer again = lab.Serve(certificate, asksForCertificate: true);
        AssertSilent(settings with { ClientCertificateOffline = true }, again, certificate, "200");
        Assert.Equal(shown.Subject, again.ClientCertificate);
    }

    /// <summary>A server that asks for Kerberos makes a client with credentials ask the domain controller, which here would be near.</summary>
    [Fact]
    public void A_server_that_asks_for_Negotiate_starts_no_talk_with_a_domain_controller()
    {
        lab.Start();
        using HostileCertificate certificate = lab.Certificates.Make(HostileCertificateKind.Honest);
        using HostileCertificateServer server = lab.Serve(certificate, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n");
        ClientSettings tied = new(TrustsSystem: true, Credentials: "Tied");
        lab.Run(server, tied with { Guarded = false }, certificate);
        Arrivals control = lab.TakeNear().Arrived;
        Assert.True(control.Connections + control.Datagrams > 0, $"{control}");

        AssertSilent(tied, server, certificate, "401");
        foreach (string untied in (string[])["Any", "Default"])
        {
            string? startup = lab.Run(server, tied with { Credentials = untied }, certificate).Startup;
            Assert.Contains("which would be given to every server that asks for them", startup, StringComparison.Ordinal);
        }
    }

    private Report AssertSilent(ClientSettings settings, HostileCertificateServer server, HostileCertificate certificate, string outcome)
    {
        Report report = lab.Run(server, settings, certificate);
        Assert.True(report.Startup is null, report.Startup);
        Assert.StartsWith(outcome, Assert.Single(report.Fetches).Outcome, StringComparison.Ordinal);
        Assert.Equal((Arrivals.None, 0), lab.TakeNear());
        return report;
    }

    private Report AssertFetchesWhatIsNear(
        ClientSettings settings, HostileCertificateServer server, HostileCertificate certificate, params (string Name, string Value)[] options)
    {
        Report report = lab.Run(server, settings, certificate, options);
        Assert.True(report.Startup is null, report.Startup);
        (Arrivals arrived, int requests) = lab.TakeNear();
        Assert.True(requests > 0 && arrived.Bytes > 0, $"{arrived} {requests} {Assert.Single(report.Fetches).Outcome}");
        return report;
    }
}
