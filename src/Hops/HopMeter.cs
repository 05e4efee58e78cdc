using System.Net.Sockets;
using Ebpf;
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
    private static readonly HopSource[] BestFirst = [HopSource.SocketFilter, HopSource.PinnedFilter, HopSource.SocketOption];
    private static readonly Lock OpenLock = new();
    private static readonly Dictionary<HopSource, HopMeter> Opened = [];

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
    /// The meter of this process with the best source that it may use: <see cref="HopSource.SocketFilter"/>, else <see cref="HopSource.PinnedFilter"/>, else
    /// <see cref="HopSource.SocketOption"/>, which measures IPv6 only (<see cref="Measures"/>). Made once, then kept until the process ends; while a better source is refused,
    /// each call tries it again.
    /// </summary>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure: this is not Linux.</exception>
    public static HopMeter Open()
    {
        List<HopSourceRefusal> refusals = [];
        Exception? cause = null;
        foreach (HopSource source in BestFirst)
        {
            try
            {
                HopMeter meter = Open(source);
                return refusals.Count == 0 ? meter : new HopMeter(meter._source, refusals);
            }
            catch (HopMeterUnavailableException e)
            {
                refusals.AddRange(e.Refusals);
                cause ??= e.InnerException;
            }
        }

        throw new HopMeterUnavailableException(refusals, cause);
    }

    /// <summary>The meter of this process that learns the TTL in a given way: one for each, made once. If a call fails, the next one tries again.</summary>
    /// <param name="source"><see cref="HopSource.SocketFilter"/>, <see cref="HopSource.PinnedFilter"/> or <see cref="HopSource.SocketOption"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such source, or it does not measure the connections of a TCP client.</exception>
    /// <exception cref="HopMeterUnavailableException">This process cannot measure in that way.</exception>
    public static HopMeter Open(HopSource source)
    {
        lock (OpenLock)
        {
            if (!Opened.TryGetValue(source, out HopMeter? meter))
            {
                Opened[source] = meter = new HopMeter(OpenSource(source), []);
            }

            return meter;
        }
    }

    /// <summary>Whether this meter can measure sockets of a family.</summary>
    public bool Measures(AddressFamily family) => _source.Measures(family);

    /// <summary>
    /// Prepares a socket, before its one <c>connect()</c>, for being measured; a filter that it had is replaced. Connect it to one address: .NET cannot try
    /// several with one prepared socket. For a name use <see cref="HopDialer"/>.
    /// </summary>
    /// <param name="socket">A TCP socket over IPv4 or IPv6, dual-mode or not, blocking or not, which is not connected.</param>
    /// <exception cref="ArgumentException">The socket is not TCP.</exception>
    /// <exception cref="InvalidOperationException">The socket is connected: the SYN+ACK has gone by.</exception>
    /// <exception cref="NotSupportedException">This meter does not measure sockets of this family (<see cref="Measures"/>), or the socket is one of Multipath TCP.</exception>
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

        try
        {
            _source.Arm(socket);
        }
        catch (Exception e) when (e is BpfException { Errno: Errno.EOPNOTSUPP } or SocketException { SocketErrorCode: SocketError.OperationNotSupported })
        {
            throw new NotSupportedException("This socket cannot be measured: its protocol takes no filter and no such option (MPTCP, for one); use plain TCP.", e);
        }
    }

    /// <summary>
    /// The distance of an armed socket that is connected. Read it right after the connect, once the connect has succeeded; the kernel is asked whether it has.
    /// Allocates nothing.
    /// </summary>
    /// <returns>
    /// The distance, or null when it is unknown. Unknown is a socket that was not armed, was accepted, or was disposed; one whose connection the kernel does
    /// not call established (not yet, as with <c>TCP_FASTOPEN_CONNECT</c> before the first write, not any more, or closed for sending by this end); one that
    /// got contradicting answers (a forger?); one whose slot was taken by another (65,536 other sockets were made in the meantime); and, with
    /// <see cref="HopSource.SocketOption"/>, one on which a second segment has arrived: mostly the case where the server speaks first. A connection that the server
    /// has closed again can still be read; one that it has reset cannot.
    /// </returns>
    /// <exception cref="ArgumentNullException">There is no socket.</exception>
    public HopDistance? Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        // Asked first: a forger may have answered a socket that nobody else has answered yet.
        return TcpInfo.IsEstablished(socket) ? ReadEstablished(socket) : null;
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

    /// <summary>The same, without asking the kernel: for a socket whose <c>connect()</c> the caller made, and saw succeed.</summary>
    internal HopDistance? ReadEstablished(Socket socket)
    {
        byte receivedTtl = _source.Read(socket);
        return receivedTtl == 0 ? null : new HopDistance(receivedTtl);
    }

    /// <summary>Why a family is not measured: for the end of a sentence.</summary>
    internal string WhyNotMeasured() =>
        $"the source {Source} measures IPv6 only{string.Concat(Refusals.Select(static refusal => $"{Environment.NewLine}  {refusal}"))}";

    private static ITtlSource OpenSource(HopSource source) => source switch
    {
        HopSource.SocketFilter => OpenFilter(),
        HopSource.PinnedFilter => PinnedFilter.Open(),
        HopSource.SocketOption => OperatingSystem.IsLinux()
            ? new SocketOption()
            : throw new HopMeterUnavailableException(source, "the socket option for it is Linux's", "run on Linux", new PlatformNotSupportedException()),
        HopSource.MinimumTtl or HopSource.SavedSyn or HopSource.Datagram =>
            throw new ArgumentOutOfRangeException(nameof(source), source, "This source does not measure the connections of a TCP client: it has an API of its own."),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source."),
    };

    private static SocketFilter OpenFilter()
    {
        try
        {
            return new SocketFilter(HopSource.SocketFilter, FilterPair.Load());
        }
        catch (PlatformNotSupportedException e)
        {
            throw new HopMeterUnavailableException(HopSource.SocketFilter, e.Message.TrimEnd('.'), "run on Linux, on x64 or arm64", e);
        }
        catch (BpfException e)
        {
            (string reason, string remedy) = FilterKernel.Explain(e.Message, "systemd: AmbientCapabilities=CAP_BPF; containers: --cap-add BPF; or run as root");
            throw new HopMeterUnavailableException(HopSource.SocketFilter, reason, remedy, e);
        }
    }
}
