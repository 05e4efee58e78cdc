using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hops.Http.Tests.Support;

/// <summary>A self-signed certificate, which only clients that expect its hash trust.</summary>
internal sealed class LabCertificate : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public LabCertificate()
    {
        CertificateRequest request = new("CN=hops lab", _key, HashAlgorithmName.SHA256);
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Hash = Convert.ToHexString(SHA256.HashData(Certificate.RawData));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256, in hexadecimal.</summary>
    public string Hash { get; }

    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "certificate.pem"), Certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), _key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
