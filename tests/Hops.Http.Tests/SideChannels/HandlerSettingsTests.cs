using System.Net;
using System.Net.Security;
using System.Reflection;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hops.Guard;
using Hops.Http.SideChannels;
using Hops.Http.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Http.Tests.SideChannels;

/// <summary>Tests which settings of a handler the guard changes, keeps and refuses.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandlerSettingsTests
{
    /// <summary>Those of the policy are below; those of client certificates are refused.</summary>
    private static readonly string[] Replaced =
    [
        nameof(SslClientAuthenticationOptions.CertificateChainPolicy),
        nameof(SslClientAuthenticationOptions.ClientCertificates),
        nameof(SslClientAuthenticationOptions.LocalCertificateSelectionCallback),
    ];

    [Fact]
    public void Every_setting_of_TLS_stays_and_the_users_object_is_left_alone()
    {
        using LabCertificate certificate = new();
        SslClientAuthenticationOptions users = new()
        {
            AllowRenegotiation = false,
            AllowRsaPkcs1Padding = false,
            AllowRsaPssPadding = false,
            AllowTlsResume = false,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateRevocationCheckMode = X509RevocationMode.Offline,
            CipherSuitesPolicy = new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256]),
            ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Certificate, null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls13,
#pragma warning disable SYSLIB0040 // To see that it is copied.
            EncryptionPolicy = EncryptionPolicy.AllowNoEncryption,
#pragma warning restore SYSLIB0040
            RemoteCertificateValidationCallback = static (_, _, _, _) => false,
            TargetHost = "other.example",
        };
        SslClientAuthenticationOptions copy = OfflineCertificates.Options(users);
        SslClientAuthenticationOptions untouched = new();
        foreach (PropertyInfo property in typeof(SslClientAuthenticationOptions).GetProperties().Where(static property => !Replaced.Contains(property.Name)))
        {
            Assert.NotEqual(property.GetValue(untouched), property.GetValue(users));
            Assert.True(Equals(property.GetValue(users), property.GetValue(copy)), $"{property.Name} is lost");
        }

        Assert.Null(users.CertificateChainPolicy);
        Assert.Equal((true, X509RevocationMode.Offline, X509RevocationFlag.ExcludeRoot, true), Describe(copy.CertificateChainPolicy!));
    }

    [Fact]
    public void A_policy_for_certificates_stays_and_the_users_object_is_left_alone()
    {
        using LabCertificate root = new();
        DateTime time = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        X509ChainPolicy users = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { root.Certificate },
            ExtraStore = { root.Certificate },
            VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid,
            VerificationTime = time,
            RevocationFlag = X509RevocationFlag.EndCertificateOnly,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        X509ChainPolicy copy = OfflineCertificates.Options(new SslClientAuthenticationOptions { CertificateChainPolicy = users }).CertificateChainPolicy!;
        Assert.NotSame(users, copy);
        Assert.NotSame(users.CustomTrustStore, copy.CustomTrustStore);
        Assert.Equal((true, X509RevocationMode.NoCheck, X509RevocationFlag.EndCertificateOnly, false), Describe(copy));
        Assert.Equal((X509ChainTrustMode.CustomRootTrust, time), (copy.TrustMode, copy.VerificationTime));
        Assert.Equal(X509VerificationFlags.IgnoreNotTimeValid, copy.VerificationFlags);
        Assert.Equal(root.Certificate, Assert.Single(copy.CustomTrustStore));
        Assert.Equal(root.Certificate, Assert.Single(copy.ExtraStore));
    }

    [Fact]
    public void Without_a_policy_of_the_users_none_downloads_and_the_time_is_that_of_each_handshake()
    {
        X509ChainPolicy policy = OfflineCertificates.Options(new SslClientAuthenticationOptions()).CertificateChainPolicy!;
        Assert.Equal((true, X509RevocationMode.NoCheck, X509RevocationFlag.ExcludeRoot, true), Describe(policy));
    }

    [Fact]
    public void What_is_allowed_by_name_stays_as_it_is()
    {
        using SocketsHttpHandler handler = new();
        SslClientAuthenticationOptions users = new() { CertificateRevocationCheckMode = X509RevocationMode.Online };
        handler.SslOptions = users;
        HandlerSettings.Close(handler, "webhooks", allowCertificateDownloads: true);
        Assert.Same(users, handler.SslOptions);
        Assert.Null(users.CertificateChainPolicy);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public void Downloads_fail_the_creation_of_a_client_in_both_modes(HopGuardMode mode)
    {
        using FakeGuard guard = new(o => o.Mode = mode, static services => services.AddHttpClient("webhooks").UseSocketsHttpHandler(
            static (handler, _) => handler.SslOptions.LocalCertificateSelectionCallback = static (_, _, _, _, _) => null!));
        string message = Assert.Throws<InvalidOperationException>(() => guard.Client()).Message;
        Assert.StartsWith("The client 'webhooks' has ClientCertificates or a LocalCertificateSelectionCallback", message, StringComparison.Ordinal);
    }

    public static TheoryData<string> UntiedCredentials => ["a name and a password", "the process's own", "the process's own, tied", "of code"];

    [Theory]
    [MemberData(nameof(UntiedCredentials))]
    public void Credentials_that_any_server_could_ask_for_fail_the_creation_of_a_client(string which)
    {
        ICredentials credentials = which switch
        {
            "a name and a password" => new NetworkCredential("user", "password"),
            "the process's own" => CredentialCache.DefaultCredentials,
            "the process's own, tied" => new CredentialCache { { new Uri("https://far.example/"), "Negotiate", CredentialCache.DefaultNetworkCredentials } },
            _ => new AnyCredentials(),
        };
        using FakeGuard guard = With(credentials);
        string message = Assert.Throws<InvalidOperationException>(() => guard.Client()).Message;
        Assert.StartsWith("The client 'webhooks' has ", message, StringComparison.Ordinal);
        string expected = which.EndsWith("tied", StringComparison.Ordinal) ? "Negotiate, Kerberos and NTLM" : "every server that asks";
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    /// <summary>Also after a redirect, as without a guard.</summary>
    [Theory]
    [InlineData("Basic", "Basic realm=\"x\"", true)]
    [InlineData("Digest", "Digest realm=\"x\", nonce=\"1\"", true)]
    [InlineData("NTLM", "NTLM", false)]
    [InlineData("Negotiate", "Negotiate", false)]
    public async Task Credentials_that_are_tied_to_an_address_are_used_by_the_schemes_that_need_nobody_else(string scheme, string challenge, bool used)
    {
        CredentialCache tied = new() { { new Uri("https://far.example/private"), scheme, new NetworkCredential("user", "password") } };
        using FakeGuard guard = With(tied);
        guard.Network.AddServer("93.184.216.34", hops: 9, request =>
        {
            HttpStatusCode status = request.Headers.Authorization is null ? HttpStatusCode.Unauthorized : HttpStatusCode.OK;
            HttpResponseMessage response = new(request.RequestUri!.AbsolutePath == "/" ? HttpStatusCode.Redirect : status);
            response.Headers.Location = response.StatusCode == HttpStatusCode.Redirect ? new Uri("https://far.example/private") : null;
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
            return response;
        });
        foreach (string path in (string[])["private", ""])
        {
            using HttpClient client = guard.Client();
            using HttpResponseMessage response = await client.GetAsync(new Uri($"https://far.example/{path}"), TestContext.Current.CancellationToken);
            Assert.Equal(used ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    private static FakeGuard With(ICredentials credentials) =>
        new(also: services => services.AddHttpClient("webhooks").UseSocketsHttpHandler((handler, _) => handler.Credentials = credentials));

    private static (bool Offline, X509RevocationMode Mode, X509RevocationFlag Flag, bool Now) Describe(X509ChainPolicy policy) =>
        (policy.DisableCertificateDownloads, policy.RevocationMode, policy.RevocationFlag, policy.VerificationTimeIgnored);

    private sealed class AnyCredentials : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => new("user", "password");
    }
}
