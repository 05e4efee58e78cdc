using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Cli.Output;

/// <summary>
/// Formats addresses for people, with the name of the interface as the zone, where .NET has a number. Combines only strings, because formatting a number
/// in an interpolated string takes a twentieth of the time of a program that measures once.
/// </summary>
internal static class EndPointText
{
    public static string Of(IPEndPoint endPoint)
    {
        string address = Of(endPoint.Address);
        string port = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        return endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}";
    }

    public static string Of(IPAddress address)
    {
        string text = address.ToString();
        return address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 and var zone } && OperatingSystem.IsLinux() && NameOf(zone) is { } name
            ? $"{text[..text.IndexOf('%', StringComparison.Ordinal)]}%{TerminalText.Escape(name)}"
            : text;
    }

    private static unsafe string? NameOf(long index)
    {
        byte* name = stackalloc byte[LibC.InterfaceNameSize];
        return Marshal.PtrToStringUTF8((nint)LibC.InterfaceNameOf((uint)index, name));
    }
}
