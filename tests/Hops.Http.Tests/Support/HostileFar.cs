using System.Net;
using System.Net.Sockets;
using Hops.TestSupport.Hostile;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Http.Tests.Support;

/// <summary>
/// A hostile server that is far enough away, as far.example, and a guarded client that takes what a handler may be told to take: cookies, credentials,
/// compression.
/// </summary>
internal sealed class HostileFar : IDisposable
{
    private static readonly Uri FarServer = new("http://far.example/");
    private static readonly NetworkCredential Secret = new("user", "secret");

    private readonly FakeGuard _guard;

    public HostileFar()
    {
        Server = HostileServer.OnLoopback();
        _guard = new FakeGuard(
            static o => o.AllowedSchemes.Add("http"),
            static services => services.AddHttpClient("webhooks").ConfigurePrimaryHttpMessageHandler(NewHandler));
        _guard.Network.AddServer("93.184.216.34", hops: 9, Server.EndPoint);
        Client = _guard.Client();
        Client.Timeout = Timeout.InfiniteTimeSpan;
    }

    public HostileServer Server { get; }

    /// <summary>Guarded, without a limit of time.</summary>
    public HttpClient Client { get; }

    public static SocketsHttpHandler NewHandler() => new()
    {
        AutomaticDecompression = DecompressionMethods.All,
        Credentials = new CredentialCache { { FarServer, "Basic", Secret }, { FarServer, "Digest", Secret } },
        PreAuthenticate = true,
        // Drained in the background if the rest of a body is not needed.
        MaxResponseDrainSize = 0,
    };

    /// <summary>The result of plain .NET with the same server, wherever it redirects to.</summary>
    public HttpClient NewPlainClient()
    {
        SocketsHttpHandler handler = NewHandler();
        handler.UseProxy = false;
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(Server.EndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose()
    {
        Client.Dispose();
        _guard.Dispose();
        Server.Dispose();
    }
}
