using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Support;

/// <summary>A self-signed certificate of the far server's name, as its files are: <c>certificate.pem</c> and <c>key.pem</c> in a folder.</summary>
internal static class ServerCertificate
{
    public static void Write(TemporaryFolder folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={RecipeLab.FarName}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(RecipeLab.FarName);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        folder.Write("certificate.pem", certificate.ExportCertificatePem());
        Command.Run("chmod", "600", folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    public static X509Certificate2 Read(ServerProcess server) => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(server.Folder, "certificate.pem"));
}
