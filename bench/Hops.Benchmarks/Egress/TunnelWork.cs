namespace Hops.Benchmarks.Egress;

/// <summary>What is done in a tunnel, as its first byte says it to the server.</summary>
internal enum TunnelWork : byte
{
    /// <summary>A byte goes there and back.</summary>
    Echo = (byte)'e',

    /// <summary>A byte goes there, and a part comes back.</summary>
    Down = (byte)'d',

    /// <summary>A part goes there, and a byte comes back.</summary>
    Up = (byte)'u',
}
