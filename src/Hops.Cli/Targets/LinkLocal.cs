using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hops.Cli.Output;

namespace Hops.Cli.Targets;

/// <summary>Checks link-local addresses of IPv6, which exist on every link and so need an interface (RFC 4007).</summary>
internal static class LinkLocal
{
    /// <param name="address">An IPv6 address.</param>
    /// <returns>A message; null if nothing is missing.</returns>
    public static string? WhatIsMissing(string address) =>
        address.Contains('%', StringComparison.Ordinal) || !IPAddress.Parse(address).IsIPv6LinkLocal ? null
        : $"'{address}' is a link-local address, which exists on every link: add the interface after a '%', as in '{address}%{TerminalText.Escape(Example())}'";

    /// <summary>Returns an interface of this host with a link-local address, if there is one.</summary>
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
