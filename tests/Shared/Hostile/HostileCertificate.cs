using System.Security.Cryptography.X509Certificates;

namespace Hops.TestSupport.Hostile;

/// <summary>A certificate as a hostile server shows it.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Leaf">The server's own, with its key.</param>
/// <param name="Sent">What the server sends beside it.</param>
internal sealed record HostileCertificate(HostileCertificateKind Kind, X509Certificate2 Leaf, X509Certificate2Collection Sent) : IDisposable
{
    public void Dispose()
    {
        Leaf.Dispose();
        foreach (X509Certificate2 sent in Sent)
        {
            sent.Dispose();
        }
    }
}
