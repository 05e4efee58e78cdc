using Hops.Common.Remedies;
using Hops.Guard.Connecting;

namespace Hops.Http.Handling;

/// <summary>What a guard's network says to those who run the application: sentences with commands, where the library has values.</summary>
internal static class NetworkWords
{
    /// <returns>The same network; one that a test made has its own words.</returns>
    public static HopNetwork InWords(this HopNetwork network)
    {
        if (network is SocketNetwork real)
        {
            real.Describe = RemedyText.Of;
        }

        return network;
    }
}
