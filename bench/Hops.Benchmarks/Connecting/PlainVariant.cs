using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>Only the connection; the other variants are compared with it.</summary>
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
