using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>Only the connection: what the others are compared with.</summary>
internal sealed class PlainVariant : IConnectVariant
{
    public const string VariantName = "plain";

    public string Name => VariantName;

    public void BeforeConnect(Socket socket)
    {
    }

    public void AfterConnect(Socket socket)
    {
    }
}
