using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>The work of a variant before and after a connect. It handles one connection at a time.</summary>
internal interface IConnectVariant
{
    string Name { get; }

    void BeforeConnect(Socket socket);

    /// <exception cref="InvalidOperationException">The distance of a connection to this very machine did not read as 0 hops.</exception>
    void AfterConnect(Socket socket);
}
