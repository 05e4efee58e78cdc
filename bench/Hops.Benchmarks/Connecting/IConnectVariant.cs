using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>What a variant does around a connect. It handles one connection at a time.</summary>
internal interface IConnectVariant
{
    string Name { get; }

    /// <summary>Slow variants get blocks that are smaller by this factor, so that each block of a round takes about as long.</summary>
    int BlockDivisor { get; }

    void BeforeConnect(Socket socket);

    /// <exception cref="InvalidOperationException">The distance of a connection to this very machine did not read as 0 hops.</exception>
    void AfterConnect(Socket socket);
}
