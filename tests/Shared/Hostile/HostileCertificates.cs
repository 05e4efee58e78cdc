using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Hops.TestSupport.Hostile;

/// <summary>
/// Makes the certificates of a hostile server: for one address, below one root, with bait in them: addresses to which a client must not go. Sizes, numbers and
/// the order of the bait come from the seed; keys and serial numbers are new each time.
/// </summary>
internal sealed class HostileCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Of the arc for examples.</summary>
    private const string Unknown = "2.999.1";

    private readonly Random _random;
    private readonly IPAddress _server;
    private readonly string[] _bait;

    /// <param name="seed">Of all that is chosen.</param>
    /// <param name="server">The server's address, for which the certificates are.</param>
    /// <param name="bait">URLs to name. Each certificate gets them with a path of its own.</param>
    public HostileCertificates(int seed, IPAddress server, params string[] bait)
    {
        _random = new Random(seed);
        _server = server;
        _bait = bait;
        using HostileCertificateRequest root = HostileCertificateRequest.Authority("root");
        Root = root.Issue(null);
    }

    /// <summary>The one root, with its key. It is never sent.</summary>
    public X509Certificate2 Root { get; }

    public HostileCertificate Make(HostileCertificateKind kind)
    {
        X509Certificate2Collection issuers = Issuers(kind);
        using HostileCertificateRequest request = HostileCertificateRequest.For(
            "server", kind == HostileCertificateKind.WrongUsage ? ClientAuthentication : ServerAuthentication, names => AddNames(names, kind));
        foreach (X509Extension extension in Extensions(kind))
        {
            request.Add(extension);
        }

        (int from, int until) = kind switch
        {
            HostileCertificateKind.Expired => (-3, -1),
            HostileCertificateKind.NotYetValid => (1, 3),
            _ => (-2, 2),
        };
        X509Certificate2 own = request.Issue(issuers is [var issuer, ..] ? issuer : null, from, until);
        bool sent = kind is not (HostileCertificateKind.MissingIssuer or HostileCertificateKind.Everything or HostileCertificateKind.GarbledAddresses);
        return new HostileCertificate(kind, own, sent ? issuers : []);
    }

    /// <returns>A certificate that a client could show, with its key, whose issuer is nowhere but where the bait is.</returns>
    public X509Certificate2 ForClient()
    {
        using HostileCertificateRequest issuer = HostileCertificateRequest.Authority("issuer of clients");
        using X509Certificate2 authority = issuer.Issue(Root);
        using HostileCertificateRequest request = HostileCertificateRequest.For(
            "client", ClientAuthentication, static names => names.AddDnsName("client.example"));
        request.Add(new X509AuthorityInformationAccessExtension(null, Bait("issuer")));
        return request.Issue(authority);
    }

    public void Dispose() => Root.Dispose();

    private void AddNames(SubjectAlternativeNameBuilder names, HostileCertificateKind kind)
    {
        int others = kind switch
        {
            HostileCertificateKind.ManyNames => _random.Next(1000, 2000),
            HostileCertificateKind.WrongName => 1,
            _ => 0,
        };
        for (int i = 0; i < others; i++)
        {
            names.AddDnsName($"{i}.example");
        }

        if (kind != HostileCertificateKind.WrongName)
        {
            names.AddIpAddress(_server);
        }
    }

    private IEnumerable<X509Extension> Extensions(HostileCertificateKind kind)
    {
        switch (kind)
        {
            case HostileCertificateKind.MissingIssuer:
                yield return new X509AuthorityInformationAccessExtension(null, Bait("issuer"));
                break;
            case HostileCertificateKind.RevocationList:
                yield return CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(Bait("list"));
                break;
            case HostileCertificateKind.OnlineStatus:
                yield return new X509AuthorityInformationAccessExtension(Bait("status"), null);
                break;
            case HostileCertificateKind.MustStaple:
                yield return new X509AuthorityInformationAccessExtension(Bait("status"), null);
                yield return MustStaple();
                break;
            case HostileCertificateKind.Everything:
                yield return new X509AuthorityInformationAccessExtension(Bait("status"), Bait("issuer"));
                yield return CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(Bait("list"));
                yield return MustStaple();
                break;
            case HostileCertificateKind.HugeExtension:
                yield return new X509Extension(Unknown, RandomBytes(20_000, 60_000), critical: false);
                break;
            case HostileCertificateKind.UnknownCriticalExtension:
                yield return new X509Extension(Unknown, RandomBytes(1, 100), critical: true);
                break;
            case HostileCertificateKind.GarbledAddresses:
                yield return new X509Extension("1.3.6.1.5.5.7.1.1", RandomBytes(1, 500), critical: false);
                break;
        }
    }

    /// <summary>Demands <c>status_request</c>, which is 5 (RFC 7633, section 4).</summary>
    private static X509Extension MustStaple() => new("1.3.6.1.5.5.7.1.24", [0x30, 0x03, 0x02, 0x01, 0x05], critical: false);

    /// <returns>The issuer first, then its own, and so on. None for a certificate that issues itself.</returns>
    private X509Certificate2Collection Issuers(HostileCertificateKind kind) => kind switch
    {
        HostileCertificateKind.SelfSigned => [],
        HostileCertificateKind.UnknownRoot => UnknownRoot(),
        HostileCertificateKind.Loop => Loop(),
        HostileCertificateKind.LongChain => Chain(_random.Next(20, 60)),
        HostileCertificateKind.NameConstraints => [Constrained()],
        HostileCertificateKind.NoAuthority => [NoAuthority()],
        _ => Chain(1),
    };

    private X509Certificate2Collection Chain(int length)
    {
        X509Certificate2Collection chain = [];
        for (int i = 0; i < length; i++)
        {
            using HostileCertificateRequest request = HostileCertificateRequest.Authority($"issuer {i} {_random.Next():x8}");
            chain.Insert(0, request.Issue(i == 0 ? Root : chain[0]));
        }

        return chain;
    }

    private X509Certificate2Collection UnknownRoot()
    {
        using HostileCertificateRequest request = HostileCertificateRequest.Authority($"unknown root {_random.Next():x8}");
        X509Certificate2 root = request.Issue(null);
        using HostileCertificateRequest issuer = HostileCertificateRequest.Authority("issuer");
        return [issuer.Issue(root), root];
    }

    private X509Certificate2Collection Loop()
    {
        using HostileCertificateRequest first = HostileCertificateRequest.Authority($"first {_random.Next():x8}");
        using HostileCertificateRequest second = HostileCertificateRequest.Authority($"second {_random.Next():x8}");
        using X509Certificate2 selfSigned = first.Issue(null);
        X509Certificate2 issuedByFirst = second.Issue(selfSigned);
        return [first.Issue(issuedByFirst), issuedByFirst];
    }

    /// <summary>It may issue for 203.0.113.0/24 only (RFC 5280, section 4.2.1.10): permittedSubtrees [0], iPAddress [7].</summary>
    private X509Certificate2 Constrained()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
        {
            writer.WriteOctetString([203, 0, 113, 0, 255, 255, 255, 0], new Asn1Tag(TagClass.ContextSpecific, 7));
        }

        using HostileCertificateRequest request = HostileCertificateRequest.Authority($"constrained {_random.Next():x8}");
        request.Add(new X509Extension("2.5.29.30", writer.Encode(), critical: true));
        return request.Issue(Root);
    }

    private X509Certificate2 NoAuthority()
    {
        using HostileCertificateRequest request = HostileCertificateRequest.For(
            $"no authority {_random.Next():x8}", ServerAuthentication, static names => names.AddDnsName("no-authority.example"));
        return request.Issue(Root);
    }

    private byte[] RandomBytes(int from, int to)
    {
        byte[] bytes = new byte[_random.Next(from, to)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <returns>The bait in another order, each with a path and a query that were never seen before, so that nothing comes from a cache.</returns>
    private string[] Bait(string what)
    {
        string[] urls = [.. _bait.Select(url => $"{url}{(url.Contains('?', StringComparison.Ordinal) ? "" : "/?")}{what}-{_random.Next():x8}")];
        _random.Shuffle(urls);
        return urls;
    }
}
