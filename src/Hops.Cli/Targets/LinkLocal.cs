using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hops.Cli.Output;

namespace Hops.Cli.Targets;

/// <summary>Link-local addresses of IPv6, which are there on every link: an interface has to say which is meant (RFC 4007).</summary>
internal static class LinkLocal
{
    /// <param name="address">An IPv6 address.</param>
    /// <returns>Null where nothing is missing.</returns>
    public static string? WhatIsMissing(string address) =>
        address.Contains('%', StringComparison.Ordinal) || !IPAddress.Parse(address).IsIPv6LinkLocal ? null
        : $"'{address}' is a link-local address, which exists on every link: add the interface after a '%', as in '{address}%{TerminalText.Escape(Example())}'";

    /// <summary>An interface of this host with such an address, if there is one.</summary>
    private static string Example()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(static i => i.GetIPProperties().UnicastAddresses
                .Any(static a => a.Address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: true }))?.Name ?? "eth0";
        }
        catch (NetworkInformationException)
        {
            return "eth0";
        }
    }
}
