using Ebpf.Contexts;

namespace Hops.Host.Programs;

/// <summary>What happened: the number of the event of the kernel's that tells it, where there is one.</summary>
internal enum ConnectionRecordKind : byte
{
    /// <summary>A connection to elsewhere is established.</summary>
    Outgoing = SockOpsEvent.ActiveEstablished,

    /// <summary>A connection from elsewhere is established.</summary>
    Accepted = SockOpsEvent.PassiveEstablished,

    /// <summary>A connection from before the watch, of which a packet came: it is not known who opened it.</summary>
    Older = 99,

    /// <summary>A process has bound a TCP socket to a port: it may become a listener.</summary>
    Bound = 100,

    /// <summary>A guard has refused a connection, a socket or a datagram.</summary>
    Refused = 101,

    /// <summary>A guard has refused a client of a listener.</summary>
    RefusedIncoming = 102,
}
