using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hops.GuardedClient;
using Hops.TestSupport.Hostile;

namespace Hops.Http.Tests.Support;

/// <summary>
/// The lab with a hostile server in the far host, whose certificates name near addresses, and with a service that trusts their root and whose domain controller
/// for Kerberos would be near.
/// </summary>
public sealed class HostileLab : IDisposable
{
    private const int Seed = 5280;

    private readonly GuardLab _lab = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-hostile-").FullName;
    private HostileCertificates? _certificates;
    private GuardedService? _service;
    private int _nearRequests;

    internal string Near => $"http://{_lab.Address(0)}/near";

    /// <summary>A URL on the far host that redirects to the near one.</summary>
    internal string Redirect => $"http://{_lab.Address(GuardLab.FarDistance)}/302?to={Near}";

    internal static string Metadata => $"http://{GuardLab.Metadata}/latest/meta-data";

    /// <summary>Below the root that the service trusts.</summary>
    internal HostileCertificates Certificates => _certificates!;

    /// <summary>Makes certificates below another root.</summary>
    internal HostileCertificates NewCertificates(params string[] bait) => new(Seed, _lab.Address(GuardLab.FarDistance), bait);

    /// <summary>Forgets what has arrived so far.</summary>
    internal void Start()
    {
        _lab.Start();
        _certificates ??= NewCertificates(Near, Metadata);
        _nearRequests = _lab.Server(0).Requests;
    }

    internal HostileCertificateServer Serve(HostileCertificate certificate, string answer = HostileCertificateServer.Greeting, bool asksForCertificate = false)
    {
        Socket listener = _lab.Network.HostAt(GuardLab.FarDistance)
            .Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(_lab.Address(GuardLab.FarDistance), 0));
        listener.Listen();
        return new HostileCertificateServer(listener, certificate, answer, asksForCertificate);
    }

    /// <summary>Fetches from a server.</summary>
    /// <param name="server">Which.</param>
    /// <param name="settings">Of the client's handler. Unless it trusts the system, it accepts any of this server's certificates.</param>
    /// <param name="certificate">That the server shows.</param>
    /// <param name="options">More options of the guard.</param>
    internal Report Run(HostileCertificateServer server, ClientSettings settings, HostileCertificate certificate, params (string Name, string Value)[] options)
    {
        string hash = Convert.ToHexString(SHA256.HashData(certificate.Leaf.RawData));
        return Service.Run(new Errand(GuardLab.Options(GuardLab.FarDistance, options), [$"https://{server.EndPoint}/"], hash, Settings: settings));
    }

    /// <summary>What arrived at the near host since the last call: of anything, and requests among it.</summary>
    internal (Arrivals Arrived, int Requests) TakeNear()
    {
        Arrivals arrived = _lab.Take(0);
        int before = _nearRequests;
        _nearRequests = _lab.Server(0).Requests;
        return (arrived, _nearRequests - before);
    }

    public void Dispose()
    {
        _service?.Dispose();
        _certificates?.Dispose();
        _lab.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private GuardedService Service
    {
        get
        {
            if (_service is null)
            {
                string root = Path.Combine(_folder, "root.pem");
                File.WriteAllText(root, Certificates.Root.ExportCertificatePem());
                string kerberos = Path.Combine(_folder, "krb5.conf");
                File.WriteAllText(kerberos, $"""
                    [libdefaults]
                      default_realm = HOPS.EXAMPLE
                      dns_lookup_kdc = false
                      dns_canonicalize_hostname = false
                    [realms]
                      HOPS.EXAMPLE = {"{"}
                        kdc = {_lab.Address(0)}
                      {"}"}
                    """);
                _service = _lab.NewService(("SSL_CERT_FILE", root), ("KRB5_CONFIG", kerberos), ("HOME", _folder));
            }

            return _service;
        }
    }
}
