namespace Hops.Benchmarks.Connecting;

/// <summary>How a program waits for its connection.</summary>
internal enum ConnectMode
{
    /// <summary><c>await Socket.ConnectAsync</c>.</summary>
    Async,

    /// <summary><c>Socket.Connect</c>.</summary>
    Blocking,
}
