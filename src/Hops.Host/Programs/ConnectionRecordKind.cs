using Ebpf.Contexts;

namespace Hops.Host.Programs;

/// <summary>Specifies the kind of a record. Kinds with an event of the kernel have that event's number.</summary>
internal enum ConnectionRecordKind : byte
{
    /// <summary>An outgoing connection was established.</summary>
    Outgoing = SockOpsEvent.ActiveEstablished,

    /// <summary>An incoming connection was established.</summary>
    Accepted = SockOpsEvent.PassiveEstablished,

    /// <summary>A packet of a connection from before the watch arrived. Its direction is unknown.</summary>
    Older = 99,

    /// <summary>A process has bound a TCP socket to a port: it may become a listener.</summary>
    Bound = 100,

    /// <summary>A guard has refused a connection, a socket or a datagram.</summary>
    Refused = 101,

    /// <summary>A guard has refused a client of a listener.</summary>
    RefusedIncoming = 102,
}
