using Hops.Common.Remedies;
using Hops.Guard.Connecting;

namespace Hops.Http.Handling;

/// <summary>Makes the messages of a guard's network suitable for operators: sentences with commands in place of the library's values.</summary>
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
