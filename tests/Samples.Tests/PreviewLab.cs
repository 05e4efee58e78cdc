using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;
using Hops.TestSupport.Hostile;
using Microsoft.AspNetCore.Http;

namespace Samples.Tests;

/// <summary>
/// LinkPreview in a network where far.example is four routers away, near.example is at home, and filtered.example never answers; both servers have a
/// certificate that it trusts. On its ports 8000 (plain) and 8443 (TLS) far.example is hostile.
/// </summary>
public sealed class PreviewLab : IDisposable
{
    private const int Distance = 4;

    private readonly string _certificateFile = Path.GetTempFileName();
    private LabNetwork? _network;
    private WebServer? _far;
    private WebServer? _near;
    private PrivateNames? _names;
    private X509Certificate2? _hostileCertificate;
    private HostileServer? _hostile;
    private HostileServer? _hostileTls;
    private Sample? _service;
    private HttpClient? _visitor;
    private int _nearRequests;
    private long _endlessBytes;

    /// <summary>How many requests the near server got.</summary>
    public int NearRequests => Volatile.Read(ref _nearRequests);

    /// <summary>How much of its endless page the far server could send.</summary>
    public long EndlessBytes => Interlocked.Read(ref _endlessBytes);

    /// <summary>Where <c>https://far.example/failing</c> redirects to.</summary>
    public string FailingTo { get; set; } = "";

    /// <summary>The network namespace of the service and its users.</summary>
    internal NetworkNamespace Here => _network!.Client;

    /// <summary>A client of HTTP in the service's network.</summary>
    public HttpClient Visitor => _visitor!;

    // By the test that needs it first: without root there is none, and from a constructor nothing can be skipped.
    public void Start()
    {
        Requires.Root();
        if (_visitor is not null)
        {
            return;
        }

        _network = LabNetwork.Create(Distance);
        // SYNs to a neighbour that is not there.
        _network.Client.Ip(["route add 198.18.9.9/32 dev toserver", "neighbour add 198.18.9.9 lladdr 02:00:00:00:00:09 dev toserver"]);
        IPAddress far = _network.ServerAddress(AddressFamily.InterNetwork);
        IPAddress near = IPAddress.Parse("198.18.0.1");
        using X509Certificate2 certificate = Certificate("far.example", "near.example");
        File.WriteAllText(_certificateFile, certificate.ExportCertificatePem());
        // A copy each: who serves with it disposes it.
        _far = new WebServer(_network.Server, far, X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null), AnswerAsync);
        _near = new WebServer(_network.Client, near, X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null), async context =>
        {
            Interlocked.Increment(ref _nearRequests);
            await HtmlAsync(context, "<title>Inside</title>");
        });
        _hostile = new HostileServer(Bound(far, 8000));
        _hostileCertificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        _hostileTls = new HostileServer(Bound(far, 8443), _hostileCertificate);
        _names = new PrivateNames($"{far} far.example", $"{near} near.example", "198.18.9.9 filtered.example");
        _service = StartService([], "--HopGuard:MinimumHops=3");
        _visitor = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, AllowAutoRedirect = false, UseProxy = false });
    }

    /// <summary>Starts the service with other settings; its ports must be others, too.</summary>
    internal Sample StartService(string[] through, params string[] settings) => Sample.StartService(
        _network!.Client,
        [.. _names!.Through, "env", $"SSL_CERT_FILE={_certificateFile}", .. through],
        "LinkPreview",
        ["--HopGuard:AllowedSpecialPurposeNetworks:0=198.18.0.0/15", .. settings]);

    /// <summary>Types an address into the form.</summary>
    public async Task<HttpResponseMessage> PreviewAsync(string address, int port = 8080)
    {
        using FormUrlEncodedContent form = new([new("address", address)]);
        return await Visitor.PostAsync(new Uri($"http://198.18.0.1:{port}/"), form, TestContext.Current.CancellationToken);
    }

    /// <summary>An answer to the byte, but for the address that was typed, which must be in it once, and for how long that makes it.</summary>
    public static async Task<string> WithoutTypedAsync(HttpResponseMessage response, string typed)
    {
        IEnumerable<string> headers = response.Headers.Concat(response.Content.Headers)
            .Where(static header => header.Key is not ("Date" or "Content-Length"))
            .Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order();
        // Byte by byte: Latin-1 has a character for each.
        string body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(response.Content.Headers.ContentLength, body.Length);
        string[] parts = body.Split($" value=\"{HtmlEncoder.Default.Encode(typed)}\" ");
        Assert.Equal(2, parts.Length);
        return $"{response.StatusCode}\n{string.Join('\n', headers)}\n\n{parts[0]} value=… {parts[1]}";
    }

    public Task<string> OperatorPageAsync(int port = 8081) =>
        Visitor.GetStringAsync(new Uri($"http://127.0.0.1:{port}/operator"), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _visitor?.Dispose();
        _service?.Dispose();
        _names?.Dispose();
        _hostileTls?.Dispose();
        _hostile?.Dispose();
        _hostileCertificate?.Dispose();
        _near?.Dispose();
        _far?.Dispose();
        _network?.Dispose();
        File.Delete(_certificateFile);
    }

    private Socket Bound(IPAddress far, int port)
    {
        Socket socket = _network!.Server.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        socket.Bind(new IPEndPoint(far, port));
        return socket;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = _network!.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The pages of the far server.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        CancellationToken gone = context.RequestAborted;
        switch (context.Request.Path.Value)
        {
            case "/":
                await HtmlAsync(context, """
                    <!doctype html><head>
                    <meta charset=utf-8><meta property='og:type' content='a > b'>
                    <meta content="/p.png?a=1&amp;b=%22" property="og:image">
                    <TITLE lang=en>
                      &lt;script&gt;alert("1")&lt;/script&gt;
                      Tom &amp; Jerry</TITLE>
                    """);
                break;
            case "/latin":
                context.Response.ContentType = "Text/HTML; charset=\"ISO-8859-1\"";
                await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes("<title>Größe</title>"), gone);
                break;
            case "/article":
                await HtmlAsync(context, """
                    <title>Not this one</title>
                    <meta property="og:title" content="How far away is a server?">
                    <meta property="og:image" content="http://far.example/routers.png">
                    <meta property="og:image:secure_url" content="https://far.example/routers.png">
                    """);
                break;
            case "/http-picture":
                await HtmlAsync(context, "<title>Picture</title><meta name='twitter:image' content='http://far.example/p.png'>");
                break;
            case "/url-picture":
                await HtmlAsync(context, "<title>Picture</title><meta property='og:image' content=''><meta property='og:image:url' content='p.png'>");
                break;
            case "/looks-like-a-picture":
                await HtmlAsync(context, "<title>Picture</title><meta name=description content=' property=og:image content=https://far.example/no.png '>");
                break;
            case "/og-script":
                await HtmlAsync(context, "<meta property=og:title content='&lt;/h2&gt;&lt;script&gt;document.title=1&lt;/script&gt; Script'>");
                break;
            case "/script-picture":
                await HtmlAsync(context, "<title>Picture</title><meta property=og:image content='javascript:alert(1)'>");
                break;
            case "/hostile":
                await HtmlAsync(context, "<title>Hostile</title>" + string.Concat(Enumerable.Repeat("<meta '\"", 60_000)));
                break;
            case "/endless":
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<title>Endless</title>", gone);
                byte[] filler = new byte[64 * 1024];
                while (true)
                {
                    await context.Response.Body.WriteAsync(filler, gone);
                    Interlocked.Add(ref _endlessBytes, filler.Length);
                }

            case "/slow":
                await HtmlAsync(context, "<title>Slow</title>");
                await context.Response.Body.FlushAsync(gone);
                await Task.Delay(Timeout.Infinite, gone);
                break;
            case "/text":
                context.Response.ContentType = "text/plain";
                await context.Response.WriteAsync("<title>No page</title>", gone);
                break;
            case "/failing":
                context.Response.Redirect(FailingTo);
                break;
            case "/to-near":
                context.Response.Redirect("https://near.example/");
                break;
            case "/to-self":
                context.Response.Redirect("https://far.example/to-self");
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await HtmlAsync(context, "<title>Not found</title>");
                break;
        }
    }

    private static async Task HtmlAsync(HttpContext context, string html)
    {
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync(html, context.RequestAborted);
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
