using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Hops.Cli.Output;
using Hops.Common.Interop;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Represents the interface, address and mark with which sockets connect.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
internal sealed class LocalBinding
{
    private readonly IPAddress? _address;
    private readonly uint? _mark;

    private LocalBinding(string? device, IPAddress? address, uint? mark)
    {
        Interface = device;
        _address = address;
        _mark = mark;
    }

    /// <summary>Gets the name of the interface, or null.</summary>
    public string? Interface { get; }

    /// <summary>Creates a binding of the given values.</summary>
    /// <param name="device">The name of the interface through which packets leave and arrive, or null.</param>
    /// <param name="address">The source address, or null.</param>
    /// <param name="mark">The mark of sent packets, or null.</param>
    /// <returns>Null if all are null.</returns>
    public static LocalBinding? Of(string? device, IPAddress? address, uint? mark) =>
        device is null && address is null && mark is null ? null : new LocalBinding(device, address, mark);

    /// <summary>Prepares a new socket.</summary>
    /// <exception cref="FailureException">The kernel refused.</exception>
    public void Prepare(Socket socket)
    {
        if (Interface is not null)
        {
            Bind(socket, Interface);
        }

        if (_mark is { } mark)
        {
            Mark(socket, mark);
        }

        if (_address is not null)
        {
            Bind(socket, _address);
        }
    }

    /// <summary>Returns those addresses that can be reached with this binding.</summary>
    /// <returns>At least one address.</returns>
    /// <exception cref="FailureException">None can be reached.</exception>
    public IPAddress[] Reachable(IPAddress[] addresses)
    {
        if (_address is not null)
        {
            string family = _address.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
            addresses = Those(addresses, address => address.AddressFamily == _address.AddressFamily, $"no {family} address, and --source-address is one");
        }

        // For another zone the kernel's error is only "invalid argument".
        return Interface is null
            ? addresses
            : Those(addresses, IsInZone, $"its zone is another interface than that of --interface, {TerminalText.Escape(Interface)}");
    }

    private bool IsInZone(IPAddress address) =>
        address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId == 0
        || LibC.InterfaceIndexOf(Interface!) is var index && (index == 0 || index == address.ScopeId);

    private static IPAddress[] Those(IPAddress[] addresses, Predicate<IPAddress> isReachable, string otherwise) =>
        Array.FindAll(addresses, isReachable) is { Length: > 0 } reachable
            ? reachable
            : throw new FailureException(new Failure(FailureKind.NoAddress, otherwise));

    private static void Bind(Socket socket, string device)
    {
        try
        {
            byte[] name = Encoding.UTF8.GetBytes(device);
            // The kernel truncates a longer name, and would take the interface with that name.
            if (name.Length >= LibC.InterfaceNameSize)
            {
                throw NotHere(device);
            }

            socket.SetRawSocketOption(LibC.SolSocket, LibC.SoBindToDevice, name);
        }
        catch (SocketException e)
        {
            throw LibC.InterfaceIndexOf(device) == 0
                ? NotHere(device)
                : Refused($"--interface was refused; before Linux 5.7 it needs CAP_NET_RAW (setsockopt(SO_BINDTODEVICE): {e.Message})");
        }
    }

    private static FailureException NotHere(string device)
    {
        IEnumerable<string> names = NetworkInterface.GetAllNetworkInterfaces().Select(static one => TerminalText.Escape(one.Name));
        return Refused($"no interface '{TerminalText.Escape(device)}' here; there are {string.Join(", ", names)}");
    }

    private static void Mark(Socket socket, uint mark)
    {
        try
        {
            socket.SetRawSocketOption(LibC.SolSocket, LibC.SoMark, BitConverter.GetBytes(mark));
        }
        catch (SocketException e)
        {
            throw Refused(
                $"--mark needs CAP_NET_ADMIN, or from Linux 5.17 on CAP_NET_RAW: run it as root, such as with sudo (setsockopt(SO_MARK): {e.Message})");
        }
    }

    private static void Bind(Socket socket, IPAddress address)
    {
        try
        {
            // The connect chooses the port, so that one port serves many servers.
            socket.SetRawSocketOption(LibC.SolIp, LibC.IpBindAddressNoPort, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(address, 0));
        }
        catch (SocketException e)
        {
            throw Refused(e.SocketErrorCode == SocketError.AddressNotAvailable
                ? $"this host has no address {address} to connect from"
                : $"this host cannot connect from {address} (bind: {e.Message})");
        }
    }

    private static FailureException Refused(string message) => new(new Failure(FailureKind.NotPermitted, message));
}
