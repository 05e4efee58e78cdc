using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hops.Cli.Tests.Support;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;
using Microsoft.AspNetCore.Http;

namespace Samples.Tests;

/// <summary>
/// EgressProxy in a network where far.example is four routers away and near.example none, with a capture of what arrives at near.example; filtered.example
/// never answers. Programs that use the proxy run beside it. far.example and near.example have the ports 443 (TLS) and 80; others are opened by tests.
/// </summary>
public sealed class EgressLab : IDisposable
{
    public const int ProxyPort = 3128;
    public const int OperatorPort = 3129;

    /// <summary>A port that the proxy may connect to, beside 80 and 443.</summary>
    public const int RawPort = 7000;

    private const int Distance = 4;

    private readonly string _certificateFile = Path.GetTempFileName();
    private LabNetwork? _network;
    private WebServer? _far;
    private WebServer? _near;
    private PacketCapture? _capture;
    private PrivateNames? _names;
    private Sample? _proxy;

    internal Sample Proxy => _proxy!;

    internal IPAddress Far => _network!.ServerAddress(AddressFamily.InterNetwork);

    internal IPAddress Near => _network!.AddressAt(0, AddressFamily.InterNetwork);

    // By the test that needs it first: without root there is none, and from a constructor nothing can be skipped.
    public void Start()
    {
        Requires.Root();
        if (_proxy is not null)
        {
            _capture!.Take();
            return;
        }

        _network = LabNetwork.Create(Distance);
        // SYNs to a neighbour that is not there.
        _network.Client.Ip(["route add 198.18.9.9/32 dev toserver", "neighbour add 198.18.9.9 lladdr 02:00:00:00:00:09 dev toserver"]);
        using X509Certificate2 certificate = Certificate("far.example", "near.example");
        File.WriteAllText(_certificateFile, certificate.ExportCertificatePem());
        // A copy each: a server disposes its own.
        byte[] copy = certificate.Export(X509ContentType.Pfx);
        _far = new WebServer(_network.Server, Far, X509CertificateLoader.LoadPkcs12(copy, null), AnswerAsync, plainPort: 80);
        _near = new WebServer(
            _network.HostAt(0), Near, X509CertificateLoader.LoadPkcs12(copy, null), static context => context.Response.WriteAsync("inside"), plainPort: 80);
        _capture = new PacketCapture(_network.HostAt(0), _network.Client, $"{Near}");
        _names = new PrivateNames($"{Far} far.example", $"{Near} near.example", "198.18.9.9 filtered.example", "127.0.0.1 localhost");
        _proxy = StartProxy();
        _proxy.ReadOn();
    }

    /// <summary>Starts another proxy; unless they are set, its ports are those of the first.</summary>
    internal Sample StartProxy(params string[] settings) => StartProxyThrough([], "EgressProxy", settings);

    /// <param name="through">A command that starts what follows it.</param>
    /// <param name="program">The sample's name, or a copy's whole path.</param>
    /// <param name="settings">Besides the lab's own.</param>
    internal Sample StartProxyThrough(string[] through, string program, params string[] settings) => Sample.StartService(
        _network!.Client,
        [.. _names!.Through, .. through],
        program,
        [
            "--HopGuard:MinimumHops=3", "--HopGuard:AllowedSpecialPurposeNetworks:0=198.18.0.0/15", $"--HopGuard:AllowedPorts:2={RawPort}",
            "--HopGuard:ConnectTimeout=00:00:02", .. settings,
        ]);

    /// <summary>Starts another service in the place of the proxy, which trusts the servers.</summary>
    internal Sample StartService(string name, params string[] settings) => Sample.StartService(
        _network!.Client,
        [.. _names!.Through, "env", $"SSL_CERT_FILE={_certificateFile}"],
        name,
        ["--HopGuard:AllowedSpecialPurposeNetworks:0=198.18.0.0/15", .. settings]);

    /// <summary>Settings of a proxy on ports of its own.</summary>
    internal static string[] On(int port) => [$"--EgressProxy:Listen:0=127.0.0.1:{port}", $"--EgressProxy:OperatorListen=127.0.0.1:{port + 1}"];

    /// <summary>What arrived at near.example since the last call.</summary>
    internal Arrivals ArrivedNear() => _capture!.Take();

    /// <summary>Runs a program beside the proxy, with the names of the lab, trust in its servers, and the proxy in its environment.</summary>
    internal (int Status, string Output, string Errors) Run(int proxyPort, params string[] command)
    {
        string proxy = $"http://127.0.0.1:{proxyPort}";
        return _network!.Client.Run(() => Command.Try(
            "unshare",
            [
                .. _names!.Through.Skip(1), "env", $"SSL_CERT_FILE={_certificateFile}", $"CURL_CA_BUNDLE={_certificateFile}",
                $"http_proxy={proxy}", $"HTTP_PROXY={proxy}", $"https_proxy={proxy}", $"HTTPS_PROXY={proxy}", "no_proxy=", "NO_PROXY=", .. command,
            ]));
    }

    /// <summary>Runs a program without the proxy.</summary>
    internal (int Status, string Output, string Errors) RunDirectly(string program, params string[] arguments) =>
        Run(ProxyPort, ["env", "-u", "http_proxy", "-u", "HTTP_PROXY", "-u", "https_proxy", "-u", "HTTPS_PROXY", program, .. arguments]);

    /// <summary>Connects to the proxy.</summary>
    internal async Task<Socket> ConnectAsync(int port = ProxyPort)
    {
        Socket socket = _network!.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Listens on far.example, for a test that plays the server.</summary>
    internal Socket ListenFar(int port = RawPort)
    {
        Socket listener = _network!.Server.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(Far, port));
        listener.Listen(512);
        return listener;
    }

    /// <summary>A page of the operator's port.</summary>
    internal string OperatorPage(string path, int port = OperatorPort) =>
        RunDirectly(Requires.Program("curl", "curl"), "-sS", $"http://127.0.0.1:{port}{path}").Output;

    public void Dispose()
    {
        _proxy?.Dispose();
        _names?.Dispose();
        _capture?.Dispose();
        _near?.Dispose();
        _far?.Dispose();
        _network?.Dispose();
        File.Delete(_certificateFile);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/to-near":
                context.Response.Redirect($"{context.Request.Scheme}://near.example/secret");
                break;
            case "/big":
                byte[] part = new byte[1024 * 1024];
                for (int i = 0; i < 16; i++)
                {
                    await context.Response.Body.WriteAsync(part, context.RequestAborted);
                }

                break;
            case "/socket":
                using (WebSocket socket = await context.WebSockets.AcceptWebSocketAsync())
                {
                    byte[] message = new byte[100];
                    ValueWebSocketReceiveResult received = await socket.ReceiveAsync(message.AsMemory(), context.RequestAborted);
                    await socket.SendAsync(message.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                }

                break;
            case "/length":
                using (MemoryStream body = new())
                {
                    await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                    await context.Response.WriteAsync($"{body.Length}", context.RequestAborted);
                }

                break;
            case "/fields":
                StringBuilder fields = new();
                foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers)
                {
                    fields.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {value}\n");
                }

                context.Response.Headers.Connection = "X-Of-Connection";
                context.Response.Headers["X-Of-Connection"] = "1";
                await context.Response.WriteAsync($"{fields}", context.RequestAborted);
                break;
            default:
                await context.Response.WriteAsync($"far {context.Request.Method} {context.Request.Path}{context.Request.QueryString}", context.RequestAborted);
                break;
        }
    }

    private static X509Certificate2 Certificate(params string[] names)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=hops lab", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternatives = new();
        Array.ForEach(names, alternatives.AddDnsName);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
