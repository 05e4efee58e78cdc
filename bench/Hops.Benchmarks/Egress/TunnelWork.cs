namespace Hops.Benchmarks.Egress;

/// <summary>The work that is done in a tunnel. Its first byte tells the server.</summary>
internal enum TunnelWork : byte
{
    /// <summary>A byte goes there and back.</summary>
    Echo = (byte)'e',

    /// <summary>A byte goes there, and a part comes back.</summary>
    Down = (byte)'d',

    /// <summary>A part goes there, and a byte comes back.</summary>
    Up = (byte)'u',
}
