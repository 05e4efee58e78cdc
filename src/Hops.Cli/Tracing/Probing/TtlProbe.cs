using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Represents a packet with a given TTL, on a socket of its own, so that any answer on that socket belongs to this packet.</summary>
internal abstract class TtlProbe : IDisposable
{
    /// <summary>The time after which an unanswered packet is repeated, the same as for the kernel's SYN (RFC 6298, section 2).</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private long _start;
    private bool _isRepeated;

    /// <param name="target">The end point to send to.</param>
    /// <param name="ttl">The initial TTL of the packet.</param>
    /// <param name="type">The socket's type.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="sourcePort">The source port; 0 for any free one.</param>
    /// <exception cref="SocketException">The socket could not be created.</exception>
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

    /// <summary>Gets the descriptor for poll(2). Must not be used after disposal.</summary>
    public int Descriptor => (int)Socket.SafeHandle.DangerousGetHandle();

    /// <summary>Gets the events to wait for, besides errors.</summary>
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

    /// <summary>Repeats the packet, if the kernel does not.</summary>
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
                // The next call of Read returns the answer.
            }
        }
    }

    /// <summary>Reads the answer.</summary>
    /// <param name="answer">The answer; null if the probe ended without one.</param>
    /// <returns>False if the caller has to continue waiting.</returns>
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

    /// <summary>Sends a packet, if connecting does not send one.</summary>
    /// <exception cref="SocketException">This host refused.</exception>
    protected virtual void Send()
    {
    }

    /// <summary>Reads an answer that is not an ICMP error.</summary>
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
