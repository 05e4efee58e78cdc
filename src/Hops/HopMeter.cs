using System.Net.Sockets;
using Ebpf;
using Hops.Sockets;
using Hops.Sources;

namespace Hops;

/// <summary>
/// Measures how far away the other end of a TCP connection is, for sockets that the application connects: call <see cref="Arm"/>, connect, then call
/// <see cref="Read"/>. <see cref="HopDialer"/> does all three. Thread-safe; arming and reading allocate nothing.
/// </summary>
/// <remarks>
/// The meter reads the TTL of the SYN+ACK that answers the connect, so it measures the way back from the machine that answered. A proxy or a load balancer
/// answers in place of the servers behind it.
/// <para>
/// A reading is the TTL of a SYN+ACK that this socket accepted or could have accepted (or of a SYN, if both ends connect to each other at once); otherwise it
/// is unknown. A reading does not authenticate its sender: an attacker who sees the SYN, and therefore knows its sequence number, can answer in place of the
/// server.
/// </para>
/// <para>
/// Use a socket for one <c>connect()</c> only. .NET enforces this, but raw calls do not: <c>connect(2)</c> with AF_UNSPEC disconnects a socket, which can then
/// be connected again. If it stays armed, a filter's second reading is unknown, or right because both TTLs are the same. After <see cref="Disarm"/>, or after a
/// second connection of another family, the reading may be that of the first connection.
/// </para>
/// </remarks>
public sealed class HopMeter
{
    // A filter that this process loads depends on no other process, so it comes first.
    private static readonly HopMeterSource[] BestFirst = [HopMeterSource.SocketFilter, HopMeterSource.PinnedFilter, HopMeterSource.SocketOption];

    private readonly ITtlSource _source;

    private HopMeter(ITtlSource source, IReadOnlyList<HopSourceRefusal> refusals)
    {
        _source = source;
        Refusals = refusals;
    }

    /// <summary>Gets the source from which this meter reads the TTL.</summary>
    public HopSource Source => _source.Kind;

    /// <summary>
    /// Gets the reasons why <see cref="Open()"/> did not use a better source. Empty if it uses the best one, or if the meter was opened with an explicit
    /// source.
    /// </summary>
    public IReadOnlyList<HopSourceRefusal> Refusals { get; }

    /// <summary>
    /// Returns a meter with the best source that this process may use: <see cref="HopSource.SocketFilter"/>, else <see cref="HopSource.PinnedFilter"/>, else
    /// <see cref="HopSource.SocketOption"/>, which measures IPv6 only (<see cref="Measures"/>). A source is created once per process. A better source that was
    /// refused is tried again by each call.
    /// </summary>
    /// <exception cref="HopMeterUnavailableException">No source can measure here: this is not Linux.</exception>
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
    /// Returns a meter with the given source. An explicit source has no fallback. A source is created once per process; if that fails, the next call tries
    /// again.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a source.</exception>
    /// <exception cref="HopMeterUnavailableException">This process cannot use the source.</exception>
    public static HopMeter Open(HopMeterSource source) => new(OpenSources.Get(source), []);

    /// <summary>Returns whether this meter can measure sockets of an address family.</summary>
    public bool Measures(AddressFamily family) => _source.Measures(family);

    /// <summary>
    /// Prepares a socket for measuring; call it before <c>connect()</c>. It replaces a filter that is already attached to the socket. Connect the socket to one
    /// address, because .NET cannot try several with one prepared socket. For a name use <see cref="HopDialer"/>.
    /// </summary>
    /// <param name="socket">An unconnected TCP socket over IPv4 or IPv6, dual-mode or not, blocking or not.</param>
    /// <exception cref="ArgumentException">The socket is not TCP.</exception>
    /// <exception cref="InvalidOperationException">The socket is already connected: its SYN+ACK has passed.</exception>
    /// <exception cref="NotSupportedException">
    /// This meter does not measure sockets of this family (<see cref="Measures"/>), or it uses Multipath TCP.
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
            throw new NotSupportedException($"The socket's family is {socket.AddressFamily}, and {WhyNotMeasured()}");
        }

        if (socket.Connected)
        {
            throw new InvalidOperationException("This socket is already connected, so its SYN+ACK has passed: arm a socket before it connects.");
        }

        Arming.Arm(_source, socket);
    }

    /// <summary>
    /// Returns the distance of an armed socket. Call it directly after the connect has succeeded; the kernel is asked whether the connection is established.
    /// Allocates nothing.
    /// </summary>
    /// <returns>
    /// The distance, or null if it is unknown. It is unknown if the socket was not armed, was accepted, or was disposed; if the kernel does not report the
    /// connection as established (not yet, as with <c>TCP_FASTOPEN_CONNECT</c> before the first write; no longer; or closed for sending by this end); if
    /// contradicting answers arrived, which can be an attack; if another socket has taken its slot (after 65,536 other sockets); and, with
    /// <see cref="HopSource.SocketOption"/>, if a second segment has arrived, which is usual if the server speaks first. A connection that the server has
    /// closed can still be read; one that it has reset cannot. <see cref="HopSource.HostWatch"/> needs no arming, allocates, and also reads accepted sockets,
    /// but not connections from before the watch or excluded from it.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="HopMeterUnavailableException">
    /// With <see cref="HopSource.HostWatch"/> only: the watch did not answer within a second, or its answer is invalid.
    /// </exception>
    public HopDistance? Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        // The state is checked first: a forged answer may have arrived before the connection is established.
        return TcpInfo.IsEstablished(socket) && _source.Read(socket) is > 0 and var receivedTtl ? HopDistance.FromReceivedTtl(receivedTtl) : null;
    }

    /// <summary>
    /// Detaches the filter from a socket after <see cref="Read"/>, so that received packets no longer pass through it (about 100 ns each). It costs one system
    /// call, which pays off for long-lived connections. A filter's reading stays available, because the kernel keeps it for the socket, not for the connection;
    /// with <see cref="HopSource.SocketOption"/> the distance is unknown afterwards.
    /// </summary>
    /// <exception cref="BpfException">The socket is not armed.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public void Disarm(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _source.Disarm(socket);
    }

    /// <summary>Gets the source itself, for code that connects its own sockets.</summary>
    internal ITtlSource TtlSource => _source;

    /// <summary>Returns the reason why IPv4 is not measured, as the end of a sentence.</summary>
    internal string WhyNotMeasured() =>
        $"the source {Source} measures IPv6 only{string.Concat(Refusals.Select(static refusal => $"{Environment.NewLine}  {refusal}"))}";
}
