using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Lab;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A server that counts the bytes which reach it, over TCP and UDP, and answers the first of them as HTTP does.</summary>
internal sealed class RealProgramsServer : IDisposable
{
    private const int LongestRequest = 64 * 1024;

    private readonly Socket _listener;
    private readonly Socket _datagrams;
    private readonly Func<string, Task<byte[]>> _answer;
    private long _bytes;

    private RealProgramsServer(Socket listener, Socket datagrams, Func<string, Task<byte[]>> answer)
    {
        (_listener, _datagrams, _answer) = (listener, datagrams, answer);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
        _ = ReceiveAsync();
    }

    public int Port { get; }

    /// <summary>The number of bytes of payload that have come.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <param name="at">Where.</param>
    /// <param name="port">Its port.</param>
    /// <param name="answer">The whole answer to a request for a path.</param>
    public static RealProgramsServer Start(NetworkNamespace at, int port, Func<string, Task<byte[]>> answer) => at.Run(() =>
    {
        Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(512);
        Socket datagrams = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        datagrams.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        return new RealProgramsServer(listener, datagrams, answer);
    });

    /// <summary>An answer with a body.</summary>
    public static byte[] Page(string body, string type = "text/plain") => Page(Encoding.UTF8.GetBytes(body), type);

    public static byte[] Page(byte[] body, string type) => [.. Head("200 OK", $"Content-Type: {type}\r\n", body.Length), .. body];

    /// <summary>An answer that sends the client elsewhere.</summary>
    public static byte[] Redirect(string location) => Head("301 Moved Permanently", $"Location: {location}\r\n", 0);

    public static byte[] NotFound() => Head("404 Not Found", "", 0);

    public void Dispose()
    {
        _listener.Dispose();
        _datagrams.Dispose();
    }

    private static byte[] Head(string status, string headers, int length) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\n{headers}Access-Control-Allow-Origin: *\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            try
            {
                byte[] buffer = new byte[LongestRequest];
                int length = 0;
                while (length < buffer.Length && await connection.ReceiveAsync(buffer.AsMemory(length)) is var count and > 0)
                {
                    Interlocked.Add(ref _bytes, count);
                    length += count;
                    string request = Encoding.Latin1.GetString(buffer, 0, length);
                    if (!request.Contains("\r\n\r\n", StringComparison.Ordinal) && IsBeginningOfHttp(request))
                    {
                        continue;
                    }

                    await connection.SendAsync(await _answer(request.Split(' ') is [_, var path, ..] ? path : ""));
                    connection.Shutdown(SocketShutdown.Send);
                    length = 0;
                }
            }
            catch (SocketException)
            {
                // The client has gone.
            }
        }
    }

    private static bool IsBeginningOfHttp(string request) =>
        request.StartsWith("GET ", StringComparison.Ordinal) || request.StartsWith("POST ", StringComparison.Ordinal);

    private async Task ReceiveAsync()
    {
        try
        {
            byte[] buffer = new byte[LongestRequest];
            while (true)
            {
                Interlocked.Add(ref _bytes, await _datagrams.ReceiveAsync(buffer));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
