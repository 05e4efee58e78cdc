using System.Net;

namespace Hops.Cli.Guarding;

/// <summary>Reads the name servers that programs of this host query (resolv.conf(5)).</summary>
internal static class HostResolvers
{
    private const string File = "/etc/resolv.conf";

    /// <returns>Their addresses. If the file names none, that of this host.</returns>
    public static IReadOnlyList<IPAddress> Read()
    {
        List<IPAddress> addresses = [];
        try
        {
            foreach (string line in System.IO.File.ReadLines(File))
            {
                // An interface behind '%' is not part of the address in packets.
                if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var text, ..]
                    && IPAddress.TryParse(text.Split('%')[0], out IPAddress? address))
                {
                    addresses.Add(address);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Treated as a file that names none.
        }

        return addresses.Count > 0 ? addresses : [IPAddress.Loopback];
    }
}
