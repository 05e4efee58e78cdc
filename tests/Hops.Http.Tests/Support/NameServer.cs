using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Lab;

namespace Hops.Http.Tests.Support;

/// <summary>A name server on a namespace's loopback whose answers may differ from one look-up to the next (RFC 1035, section 4).</summary>
internal sealed class NameServer : IDisposable
{
    private const int TypeA = 1;
    private const int TypeAaaa = 28;
    private const int NoSuchName = 3;

    /// <summary>Names below this one are never answered.</summary>
    public const string Silent = "silent.example";

    private readonly Socket _socket;
    private readonly Dictionary<string, Func<int, IPAddress[]>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Name, int Type), int> _lookUps = [];
    private readonly HashSet<string> _unanswered = new(StringComparer.OrdinalIgnoreCase);

    public NameServer(NetworkNamespace at)
    {
        _socket = at.Run(static () =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 53));
            return socket;
        });
        _ = ServeAsync();
    }

    /// <summary>Gives a name its addresses.</summary>
    public void Add(string name, params IPAddress[] addresses) => Add(name, _ => addresses);

    /// <summary>Gives a name its addresses, by the number of the look-up, from 1.</summary>
    public void Add(string name, Func<int, IPAddress[]> addresses)
    {
        lock (_names)
        {
            _names[name] = addresses;
        }
    }

    /// <summary>How often a name was asked for.</summary>
    public int LookUps(string name, AddressFamily family)
    {
        lock (_names)
        {
            return _lookUps.GetValueOrDefault((name, family == AddressFamily.InterNetwork ? TypeA : TypeAaaa));
        }
    }

    /// <summary>How many different names were asked for and not answered.</summary>
    public int Unanswered
    {
        get
        {
            lock (_names)
            {
                return _unanswered.Count;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[512];
        try
        {
            for (; ; )
            {
                SocketReceiveFromResult query = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).ConfigureAwait(false);
                if (Answer(buffer.AsSpan(0, query.ReceivedBytes)) is { } answer)
                {
                    await _socket.SendToAsync(answer, query.RemoteEndPoint).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query)
    {
        int end = 12;
        List<string> labels = [];
        while (query[end] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(end + 1, query[end])));
            end += query[end] + 1;
        }

        if (string.Join('.', labels) is var name && name.EndsWith(Silent, StringComparison.OrdinalIgnoreCase))
        {
            lock (_names)
            {
                _unanswered.Add(name);
            }

            return null;
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(query[(end + 1)..]);
        IPAddress[]? addresses = LookUp(name, type);
        AddressFamily family = type == TypeA ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        IPAddress[] wanted = [.. (addresses ?? []).Where(address => address.AddressFamily == family && type is TypeA or TypeAaaa)];

        // The question again, then the answers, each with a pointer to the question's name and to be kept for no time. Authoritative, recursion available.
        byte code = (byte)(0x80 | (addresses is null ? NoSuchName : 0));
        List<byte> answer = [.. query[..2], 0x85, code, 0, 1, 0, (byte)wanted.Length, 0, 0, 0, 0, .. query[12..(end + 5)]];
        foreach (IPAddress address in wanted)
        {
            byte[] bytes = address.GetAddressBytes();
            answer.AddRange([0xc0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 0, 0, (byte)bytes.Length, .. bytes]);
        }

        return [.. answer];
    }

    private IPAddress[]? LookUp(string name, int type)
    {
        lock (_names)
        {
            int number = _lookUps[(name, type)] = _lookUps.GetValueOrDefault((name, type)) + 1;
            return _names.TryGetValue(name, out Func<int, IPAddress[]>? addresses) ? addresses(number) : null;
        }
    }
}
