using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Tries the addresses of a host one after the other, for methods for which a race would cost each address an exchange.</summary>
internal static class EachAddress
{
    // The same number as a dialer tries.
    private static readonly int Maximum = new HopDialerOptions().MaximumAddresses;

    /// <param name="addresses">At least one address.</param>
    /// <param name="port">The port.</param>
    /// <param name="timeout">The time for all addresses: each may use an equal share of the remaining time.</param>
    /// <param name="measure">Measures one address.</param>
    /// <exception cref="SocketException">No address could be measured: the error of the last one.</exception>
    public static Reading Try(IReadOnlyList<IPAddress> addresses, int port, TimeSpan timeout, Func<IPEndPoint, TimeSpan, Reading> measure)
    {
        addresses = HostAddresses.Interleave(addresses, Maximum);
        long start = Stopwatch.GetTimestamp();
        SocketException failure = new((int)SocketError.TimedOut);
        for (int i = 0; i < addresses.Count && timeout > Stopwatch.GetElapsedTime(start); i++)
        {
            IPEndPoint endPoint = new(addresses[i], port);
            try
            {
                return measure(endPoint, (timeout - Stopwatch.GetElapsedTime(start)) / (addresses.Count - i));
            }
            catch (SocketException e)
            {
                failure = new SocketException((int)e.SocketErrorCode, $"{e.Message} ({endPoint})");
            }
        }

        throw failure;
    }
}
