using System.Net.Sockets;
using System.Text;

namespace Samples.Tests;

/// <summary>Sends and reads bytes; each read has a time limit.</summary>
internal static class EgressWire
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task SendAsync(this Socket socket, string text)
    {
        ReadOnlyMemory<byte> data = Encoding.Latin1.GetBytes(text);
        while (data.Length > 0)
        {
            data = data[await socket.SendAsync(data, Limit())..];
        }
    }

    /// <summary>Reads up to an end that the text has, and not a byte more.</summary>
    public static async Task<string> ReadToAsync(this Socket socket, string end)
    {
        StringBuilder read = new();
        byte[] one = new byte[1];
        while (!EndsWith(read, end))
        {
            int count = await socket.ReceiveAsync(one, Limit());
            Assert.True(count == 1, $"It ended after: {read}");
            read.Append((char)one[0]);
        }

        return read.ToString();
    }

    /// <summary>Reads to the end of the stream.</summary>
    public static async Task<string> ReadToEndAsync(this Socket socket)
    {
        StringBuilder read = new();
        byte[] buffer = new byte[16 * 1024];
        for (; ; )
        {
            int count = await socket.ReceiveAsync(buffer, Limit());
            if (count == 0)
            {
                return read.ToString();
            }

            read.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    /// <summary>Opens a tunnel, and reads the answer to its end.</summary>
    public static async Task<Socket> TunnelAsync(this EgressLab lab, string target, int proxyPort = EgressLab.ProxyPort, string fields = "")
    {
        Socket socket = await lab.ConnectAsync(proxyPort);
        await socket.SendAsync($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{fields}\r\n");
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await socket.ReadToAsync("\r\n\r\n"));
        return socket;
    }

    /// <summary>Sends bytes to the proxy, and reads all that it answers.</summary>
    public static async Task<string> AskAsync(this EgressLab lab, string request, int proxyPort = EgressLab.ProxyPort)
    {
        using Socket socket = await lab.ConnectAsync(proxyPort);
        await socket.SendAsync(request);
        return await socket.ReadToEndAsync();
    }

    public static async Task<Socket> AcceptInTimeAsync(this Socket listener) => await listener.AcceptAsync(Limit());

    public static CancellationToken Limit()
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return limit.Token;
    }

    private static bool EndsWith(StringBuilder text, string end) =>
        text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end;
}
