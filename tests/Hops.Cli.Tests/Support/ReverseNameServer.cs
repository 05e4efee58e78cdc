using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Lab;

namespace Hops.Cli.Tests.Support;

/// <summary>A name server on the loopback of a network of its own, which gives every address the same name (RFC 1035; PTR), or is silent.</summary>
internal sealed class ReverseNameServer : IDisposable
{
    private const int HeaderLength = 12;
    private const int TypeAndClassLength = 4;

    private readonly NetworkNamespace _network = NetworkNamespace.Create();
    private readonly PrivateNames _names = PrivateNames.WithServer();
    private readonly Socket _socket;
    private int _questions;

    /// <param name="name">Labels with dots between them, in Latin-1; null to be silent.</param>
    public ReverseNameServer(string? name)
    {
        _network.Ip(["link set lo up"]);
        _socket = _network.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 53));
        _ = AnswerAsync(name);
    }

    /// <summary>The command, with this as its only name server.</summary>
    public HopsCommand Hops => new() { At = _network, Through = _names.Through };

    /// <summary>How many questions came so far.</summary>
    public int Questions => Volatile.Read(ref _questions);

    public void Dispose()
    {
        _socket.Dispose();
        _names.Dispose();
        _network.Dispose();
    }

    private async Task AnswerAsync(string? name)
    {
        try
        {
            byte[] buffer = new byte[512];
            while (true)
            {
                SocketReceiveFromResult question = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                Interlocked.Increment(ref _questions);
                if (name is not null)
                {
                    await _socket.SendToAsync(Answer(buffer, name), question.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private static byte[] Answer(byte[] question, string name)
    {
        int end = HeaderLength;
        while (question[end] != 0)
        {
            end += question[end] + 1;
        }

        byte[] labels = [.. name.Split('.').SelectMany(static label => new[] { (byte)label.Length }.Concat(Encoding.Latin1.GetBytes(label))), 0];
        return
        [
            .. question[..2],
            // An answer, recursion available; one question, one answer.
            0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
            .. question[HeaderLength..(end + 1 + TypeAndClassLength)],
            // The name of the question; PTR, IN, a minute.
            0xc0, HeaderLength, 0, 12, 0, 1, 0, 0, 0, 60, 0, (byte)labels.Length,
            .. labels,
        ];
    }
}
