using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Filters;
using Hops.Sharing;

namespace Hops.Sources;

/// <summary>
/// The filter that an administrator shares with all processes of the host: pinned, or handed over a Unix socket.
/// Attaching it and reading its slots needs no capability.
/// </summary>
internal static class PinnedFilter
{
    /// <exception cref="HopMeterUnavailableException">Nothing is shared that this process may use and trust.</exception>
    public static SocketFilter Open() => Open(SharedPaths.OfHost);

    /// <exception cref="HopMeterUnavailableException">Nothing is shared that this process may use and trust.</exception>
    internal static SocketFilter Open(SharedPaths paths)
    {
        try
        {
            UnprivilegedLoading.ThrowIfAllowed();
            FilterPair pair = OpenPair(paths);
            bool proven = pair.IsProven;
            SocketFilter filter = new(HopSource.PinnedFilter, pair);
            try
            {
                return proven || Measures(filter, IPAddress.Loopback) || Measures(filter, IPAddress.IPv6Loopback) ? filter : throw Unproven();
            }
            catch
            {
                filter.Dispose();
                throw;
            }
        }
        catch (SharingRefusedException e)
        {
            throw new HopMeterUnavailableException(HopSource.PinnedFilter, e.Message, e.Remedy, e.InnerException);
        }
        catch (BpfException e)
        {
            throw new HopMeterUnavailableException(HopSource.PinnedFilter, e.Message, SharingRemedy.ForThisProcess, e);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new HopMeterUnavailableException(HopSource.PinnedFilter, e.Message.TrimEnd('.'), new HopRemedy(HopRemedyKind.UseLinux), e);
        }
    }

    private static FilterPair OpenPair(SharedPaths paths)
    {
        SharingRefusedException pins;
        try
        {
            return PinnedPair.Open(paths);
        }
        catch (SharingRefusedException e)
        {
            pins = e;
        }

        try
        {
            return ServedPair.Open(paths);
        }
        catch (SharingRefusedException service)
        {
            // Report the mechanism that exists.
            throw service.IsAbsence || service.Message == pins.Message ? pins : pins.IsAbsence ? service : new SharingRefusedException(
                $"{pins.Message}; {service.Message}", pins.Remedy);
        }
    }

    /// <summary>
    /// Whether a connection of this process to itself leaves its reading in the slots: only then the filter writes to them, and not to others.
    /// </summary>
    private static bool Measures(SocketFilter filter, IPAddress address)
    {
        try
        {
            using Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen();
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            filter.Arm(socket);
            socket.Connect(listener.LocalEndPoint!);
            return filter.Read(socket) != 0;
        }
        catch (SocketException)
        {
            // This network namespace has no such loopback.
            return false;
        }
    }

    private static SharingRefusedException Unproven() => new(
        "whether the filter that was handed over writes to the slots that came with it could not be seen: "
        + "bpf(2) is forbidden, and no connection over loopback was measured",
        HopRemedyKind.StartLoopback);
}
