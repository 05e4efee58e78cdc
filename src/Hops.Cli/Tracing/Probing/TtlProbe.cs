using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>A packet with a given TTL, on a socket of its own: what comes back on that socket answers this packet.</summary>
internal abstract class TtlProbe : IDisposable
{
    /// <summary>When a silent packet is sent once more, as the kernel does with a SYN (RFC 6298, section 2).</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private long _start;
    private bool _isRepeated;

    /// <param name="target">Where to.</param>
    /// <param name="ttl">With which the packet starts.</param>
    /// <param name="type">The socket's type.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="sourcePort">The port that it comes from; 0 for any that is free.</param>
    /// <exception cref="SocketException">This host did not let it be made.</exception>
    protected TtlProbe(IPEndPoint target, int ttl, SocketType type, ProtocolType protocol, int sourcePort = 0)
    {
        Target = target;
        Ttl = ttl;
        Socket = new Socket(target.AddressFamily, type, protocol);
        try
        {
            bool isIpv4 = target.AddressFamily == AddressFamily.InterNetwork;
            (int level, int option) = isIpv4 ? (LibC.SolIp, LibC.IpTtl) : (LibC.SolIpv6, LibC.Ipv6UnicastHops);
            Socket.SetRawSocketOption(level, option, BitConverter.GetBytes(ttl));
            ErrorQueue.Open(Socket);
            Socket.Blocking = false;
            if (sourcePort != 0)
            {
                Socket.Bind(new IPEndPoint(isIpv4 ? IPAddress.Any : IPAddress.IPv6Any, sourcePort));
            }
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
    }

    public int Ttl { get; }

    /// <summary>For poll(2), which nobody calls once this is disposed.</summary>
    public int Descriptor => (int)Socket.SafeHandle.DangerousGetHandle();

    /// <summary>What to wait for, besides errors.</summary>
    public abstract short Events { get; }

    public TimeSpan Age => Stopwatch.GetElapsedTime(_start);

    protected Socket Socket { get; }

    protected IPEndPoint Target { get; }

    /// <summary>Sends the packet.</summary>
    /// <exception cref="SocketException">This host refused: a firewall of its own, or no route.</exception>
    public void Start()
    {
        _start = Stopwatch.GetTimestamp();
        Errno error = Connect();
        if (error is not (Errno.None or Errno.EINPROGRESS))
        {
            throw new SocketException((int)ErrorOf(error), $"{LibC.MessageOf(error)} ({Target})");
        }

        Send();
    }

    /// <summary>Sends the packet once more, where the kernel does not do so by itself.</summary>
    public void RepeatWhenDue()
    {
        if (!_isRepeated && Age >= Again)
        {
            _isRepeated = true;
            try
            {
                Send();
            }
            catch (SocketException)
            {
                // The next reading tells what came.
            }
        }
    }

    /// <summary>What came back.</summary>
    /// <param name="answer">Null where it is over and nothing came.</param>
    /// <returns>False where one must go on waiting.</returns>
    public bool TryRead(out TtlAnswer? answer)
    {
        TimeSpan age = Age;
        answer = null;
        if (ErrorQueue.Take(Socket) is { } error)
        {
            answer = Of(error);
        }
        else if (!TryReadTarget(out answer))
        {
            return false;
        }

        answer = answer is null || age >= Again ? answer : answer with { Time = age };
        return true;
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>Sends what connecting does not send.</summary>
    /// <exception cref="SocketException">This host refused.</exception>
    protected virtual void Send()
    {
    }

    /// <summary>The same for what is no ICMP error.</summary>
    protected abstract bool TryReadTarget(out TtlAnswer? answer);

    protected TtlAnswer FromTarget(AnswerKind kind) => new(Ttl, kind, Target.Address);

    private TtlAnswer Of(IcmpError error) => new(
        Ttl,
        error.IsTimeExceeded ? AnswerKind.Router : error.From.Equals(Target.Address) ? AnswerKind.Refused : AnswerKind.Unreachable,
        error.From)
    {
        Icmp = error,
        Back = error.ReceivedTtl == 0 ? null : HopDistance.FromReceivedTtl(error.ReceivedTtl),
    };

    private unsafe Errno Connect()
    {
        SocketAddress address = Target.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            return LibC.Connect(Socket.SafeHandle, bytes, (uint)address.Size) == 0 ? Errno.None : LibC.LastError;
        }
    }

    private static SocketError ErrorOf(Errno error) => error switch
    {
        Errno.EPERM or Errno.EACCES => SocketError.AccessDenied,
        Errno.ENETUNREACH => SocketError.NetworkUnreachable,
        Errno.EHOSTUNREACH => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
