using System.Net.Sockets;
using Ebpf;
using Hops.Sockets;
using Hops.Sources;

namespace Hops;

/// <summary>
/// Measures how far away the other end of a TCP connection is. For a socket of your own: <see cref="Arm"/>, connect, <see cref="Read"/>. To have
/// the connecting done as well use <see cref="HopDialer"/>. Thread-safe; arming and reading allocate nothing.
/// </summary>
/// <remarks>
/// What is measured is the TTL of the SYN+ACK that answers the connect: the way back, from whoever answered. A proxy or a load balancer answers for what is
/// behind it.
/// <para>
/// A reading is the TTL of a SYN+ACK that this socket accepted or could have accepted (or of a SYN, where both ends connect to each other at once), or it is
/// unknown. No reading can tell who sent it: someone who sends from a place that sees the SYN, and so knows its sequence number, is whoever they say they are.
/// </para>
/// <para>
/// One socket serves one <c>connect()</c>. .NET keeps to that; raw calls do not have to: <c>connect(2)</c> with AF_UNSPEC disconnects a socket, and then it
/// can be connected elsewhere. If it stays armed, a filter's reading is unknown after that, or right because both TTLs are the same; after
/// <see cref="Disarm"/>, or after a second connection of another family, it may be that of the first connection. Use a new socket instead.
/// </para>
/// </remarks>
public sealed class HopMeter
{
    // A filter of this process's own trusts nobody else, so it comes first.
    private static readonly HopMeterSource[] BestFirst = [HopMeterSource.SocketFilter, HopMeterSource.PinnedFilter, HopMeterSource.SocketOption];

    private readonly ITtlSource _source;

    private HopMeter(ITtlSource source, IReadOnlyList<HopSourceRefusal> refusals)
    {
        _source = source;
        Refusals = refusals;
    }

    /// <summary>How this meter learns the TTL.</summary>
    public HopSource Source => _source.Kind;

    /// <summary>Why <see cref="Open()"/> did not take a better source; empty when it took the best, or a source was asked for by name.</summary>
    public IReadOnlyList<HopSourceRefusal> Refusals { get; }

    /// <summary>
    /// A meter with the best source that this process may use: <see cref="HopSource.SocketFilter"/>, else <see cref="HopSource.PinnedFilter"/>, else
    /// <see cref="HopSource.SocketOption"/>, which measures IPv6 only (<see cref="Measures"/>). A source is made once in a process; while a better one is
    /// refused, each call tries it again.
    /// </summary>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure: this is not Linux.</exception>
    public static HopMeter Open()
    {
        List<HopSourceRefusal> refusals = [];
        Exception? cause = null;
        foreach (HopMeterSource source in BestFirst)
        {
            try
            {
                return new HopMeter(OpenSources.Get(source), refusals);
            }
            catch (HopMeterUnavailableException e)
            {
                refusals.AddRange(e.Refusals);
                cause ??= e.InnerException;
            }
        }

        throw new HopMeterUnavailableException(refusals, cause);
    }

    /// <summary>
    /// A meter with a given source: an explicit source has no fallback. The source is made once in a process; if that fails, the next call tries again.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such source.</exception>
    /// <exception cref="HopMeterUnavailableException">This process cannot measure in that way.</exception>
    public static HopMeter Open(HopMeterSource source) => new(OpenSources.Get(source), []);

    /// <summary>Whether this meter can measure sockets of a family.</summary>
    public bool Measures(AddressFamily family) => _source.Measures(family);

    /// <summary>
    /// Prepares a socket, before its one <c>connect()</c>, for being measured; a filter that it had is replaced. Connect it to one address: .NET cannot try
    /// several with one prepared socket. For a name use <see cref="HopDialer"/>.
    /// </summary>
    /// <param name="socket">A TCP socket over IPv4 or IPv6, dual-mode or not, blocking or not, which is not connected.</param>
    /// <exception cref="ArgumentException">The socket is not TCP.</exception>
    /// <exception cref="InvalidOperationException">The socket is connected: the SYN+ACK has gone by.</exception>
    /// <exception cref="NotSupportedException">
    /// This meter does not measure sockets of this family (<see cref="Measures"/>), or the socket is one of Multipath TCP.
    /// </exception>
    /// <exception cref="BpfException">The kernel refused for another reason.</exception>
    public void Arm(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream || socket.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException($"Only TCP sockets have a SYN+ACK to measure; this is {socket.AddressFamily} {socket.SocketType}.", nameof(socket));
        }

        if (!Measures(socket.AddressFamily))
        {
            throw new NotSupportedException($"This is a socket of {socket.AddressFamily}, and {WhyNotMeasured()}");
        }

        if (socket.Connected)
        {
            throw new InvalidOperationException("This socket is connected, so its SYN+ACK has gone by: arm a socket before it connects.");
        }

        Arming.Arm(_source, socket);
    }

    /// <summary>
    /// The distance of an armed socket that is connected. Read it right after the connect, once the connect has succeeded; the kernel is asked whether it has.
    /// Allocates nothing.
    /// </summary>
    /// <returns>
    /// The distance, or null when it is unknown. Unknown is a socket that was not armed, was accepted, or was disposed; one whose connection the kernel does
    /// not call established (not yet, as with <c>TCP_FASTOPEN_CONNECT</c> before the first write, not any more, or closed for sending by this end); one that
    /// got contradicting answers (a forger?); one whose slot was taken by another (65,536 other sockets were made in the meantime); and, with
    /// <see cref="HopSource.SocketOption"/>, one on which a second segment has arrived: mostly the case where the server speaks first. A connection that the
    /// server has closed again can still be read; one that it has reset cannot. <see cref="HopSource.HostWatch"/> needs no arming and allocates, reads accepted
    /// sockets as well, and does not know connections from before the watch, nor those that it leaves out.
    /// </returns>
    /// <exception cref="ArgumentNullException">There is no socket.</exception>
    /// <exception cref="HopMeterUnavailableException">
    /// With <see cref="HopSource.HostWatch"/> only: the watch does not answer, within a second, or answers nonsense.
    /// </exception>
    public HopDistance? Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        // Asked first: a forger may have answered a socket that nobody else has answered yet.
        return TcpInfo.IsEstablished(socket) && _source.Read(socket) is > 0 and var receivedTtl ? HopDistance.FromReceivedTtl(receivedTtl) : null;
    }

    /// <summary>
    /// Takes the measuring off a socket after <see cref="Read"/>, so that its packets no longer pass the filter (about 100 ns each). Worth its one system call
    /// for connections that live long. It does not take back a reading of a filter, which the kernel keeps for the socket, not for the connection; with
    /// <see cref="HopSource.SocketOption"/> the distance is unknown afterwards.
    /// </summary>
    /// <exception cref="BpfException">The socket is not armed.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public void Disarm(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _source.Disarm(socket);
    }

    /// <summary>What measures, for those who connect themselves.</summary>
    internal ITtlSource TtlSource => _source;

    /// <summary>Why a family is not measured: for the end of a sentence.</summary>
    internal string WhyNotMeasured() =>
        $"the source {Source} measures IPv6 only{string.Concat(Refusals.Select(static refusal => $"{Environment.NewLine}  {refusal}"))}";
}
