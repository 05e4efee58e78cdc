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
/// </remarks>
public sealed class HopMeter
{
    // Compare-and-exchange in eBPF; and 5.5 for memory-mapped arrays.
    private static readonly Version LeastKernel = new(5, 12);
    private static readonly Lock OpenLock = new();
    private static HopMeter? _filter;
    private static HopMeter? _option;

    private readonly ITtlSource _source;

    private HopMeter(ITtlSource source) => _source = source;

    /// <summary>How this meter learns the TTL.</summary>
    public HopSource Source => _source.Kind;

    /// <summary>
    /// The meter of this process for both families: made by the first call, then kept until the process ends (one eBPF program and 512 KiB of memory). If a call fails, the
    /// next one tries again.
    /// </summary>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure: usually the process lacks CAP_BPF, or it does not run on Linux.</exception>
    public static HopMeter Open() => Open(HopSource.SocketFilter);

    /// <summary>The meter of this process that learns the TTL in a given way: one for each, as <see cref="Open()"/> keeps it.</summary>
    /// <param name="source">The way.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such way.</exception>
    /// <exception cref="HopMeterUnavailableException">This process cannot measure in that way.</exception>
    public static HopMeter Open(HopSource source)
    {
        lock (OpenLock)
        {
            return source switch
            {
                HopSource.SocketFilter => _filter ??= OpenFilter(),
                HopSource.SocketOption => _option ??= OpenOption(),
                _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source."),
            };
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
    /// <exception cref="NotSupportedException">This meter does not measure sockets of this family: see <see cref="Measures"/>.</exception>
    /// <exception cref="BpfException">The kernel refused: an MPTCP socket cannot be measured.</exception>
    public void Arm(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream || socket.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException($"Only TCP sockets have a SYN+ACK to measure; this is {socket.AddressFamily} {socket.SocketType}.", nameof(socket));
        }

        if (!Measures(socket.AddressFamily))
        {
            throw new NotSupportedException($"The source {Source} measures IPv6 only, and this is a socket of {socket.AddressFamily}: measure it with {HopSource.SocketFilter}.");
        }

        if (socket.Connected)
        {
            throw new InvalidOperationException("This socket is connected, so its SYN+ACK has gone by: arm a socket before it connects.");
        }

        _source.Arm(socket);
    }

    /// <summary>The distance of an armed socket that has connected. Read it right after the connect.</summary>
    /// <returns>
    /// The distance, or null when it is unknown: the socket was not armed, is not connected, contradicting answers arrived (a forger?), or 65,536 other
    /// sockets were made in the meantime.
    /// </returns>
    public HopDistance? Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        // A forger may have answered a socket that nobody else answered.
        byte receivedTtl = socket.Connected ? _source.Read(socket) : (byte)0;
        return receivedTtl == 0 ? null : new HopDistance(receivedTtl);
    }

    /// <summary>
    /// Takes the measuring off a socket after <see cref="Read"/>, so that its packets no longer pass the filter (about 100 ns each). Worth its one system call
    /// for connections that live long.
    /// </summary>
    /// <exception cref="BpfException">The socket is not armed.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public void Disarm(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _source.Disarm(socket);
    }

    private static HopMeter OpenFilter()
    {
        try
        {
            return new HopMeter(new SocketFilter());
        }
        catch (Exception e) when (e is BpfException or PlatformNotSupportedException)
        {
            Version kernel = Environment.OSVersion.Version;
            string tooOld = OperatingSystem.IsLinux() && kernel < LeastKernel ? $"They need Linux {LeastKernel}, and this is {kernel}. " : "";
            throw new HopMeterUnavailableException($"Hop distances cannot be measured here. {tooOld}{e.Message}", e);
        }
    }

    private static HopMeter OpenOption() => OperatingSystem.IsLinux()
        ? new HopMeter(new SocketOption())
        : throw new HopMeterUnavailableException("Hop distances cannot be measured here: the socket option for it is Linux's.", new PlatformNotSupportedException());
}
