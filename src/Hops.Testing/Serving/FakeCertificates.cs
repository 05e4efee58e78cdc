using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hops.Testing.Serving;

/// <summary>Creates certificates for all names, from an authority that exists only in this process.</summary>
internal static class FakeCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly Lazy<X509Certificate2> Authority = new(MakeAuthority);
    private static readonly ConcurrentDictionary<string, Lazy<X509Certificate2>> Certificates = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="name">A host's, or an address.</param>
    public static X509Certificate2 Of(string name) => Certificates.GetOrAdd(name, static name => new(() => Make(name))).Value;

    /// <summary>Returns whether a certificate without another trusted issuer is one of these, and for the right name.</summary>
    public static bool Vouches(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 presented || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority.Value);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(presented);
    }

    private static X509Certificate2 MakeAuthority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Fake hop network", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
    }

    private static X509Certificate2 Make(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Fake server", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            // Clients that ask for an absolute name compare its dot, too.
            names.AddDnsName(name.TrimEnd('.'));
            names.AddDnsName(name.TrimEnd('.') + ".");
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 signed = request.Create(Authority.Value, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 own = signed.CopyWithPrivateKey(key);

        // Windows serves no TLS with a key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
    }
}
