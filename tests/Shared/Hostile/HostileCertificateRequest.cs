using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hops.TestSupport.Hostile;

/// <summary>A certificate to be issued, with its key. Any issuer can sign it: .NET's own checks are left out.</summary>
internal sealed class HostileCertificateRequest : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CertificateRequest _request;

    private HostileCertificateRequest(string name, bool authority)
    {
        _request = new CertificateRequest($"CN=hostile {name}", _key, HashAlgorithmName.SHA256);
        Add(new X509BasicConstraintsExtension(authority, hasPathLengthConstraint: false, 0, critical: true));
    }

    public static HostileCertificateRequest Authority(string name)
    {
        HostileCertificateRequest request = new(name, authority: true);
        request.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return request;
    }

    /// <param name="name">The subject.</param>
    /// <param name="usage">Of the key: an object identifier.</param>
    /// <param name="names">Whom it is for.</param>
    public static HostileCertificateRequest For(string name, string usage, Action<SubjectAlternativeNameBuilder> names)
    {
        HostileCertificateRequest request = new(name, authority: false);
        SubjectAlternativeNameBuilder builder = new();
        names(builder);
        request.Add(builder.Build());
        request.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        return request;
    }

    public void Add(X509Extension extension) => _request.CertificateExtensions.Add(extension);

    /// <param name="issuer">With its key; null for the request's own.</param>
    /// <param name="from">In days from now.</param>
    /// <param name="until">In days from now.</param>
    /// <returns>With its key.</returns>
    public X509Certificate2 Issue(X509Certificate2? issuer, int from = -2, int until = 2)
    {
        using ECDsa? key = issuer?.GetECDsaPrivateKey();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 issued = _request.Create(
            issuer?.SubjectName ?? _request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key ?? _key),
            now.AddDays(from),
            now.AddDays(until),
            RandomNumberGenerator.GetBytes(12));
        return issued.CopyWithPrivateKey(_key);
    }

    public void Dispose() => _key.Dispose();
}
