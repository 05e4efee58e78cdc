namespace Ebpf.Programs;

/// <summary>What programs of a type attach to.</summary>
internal enum Attachment
{
    /// <summary>This library does not know.</summary>
    Unknown,

    /// <summary>A socket, without a link.</summary>
    Socket,

    /// <summary>A network interface.</summary>
    Interface,

    /// <summary>A cgroup.</summary>
    Cgroup,

    /// <summary>A network namespace.</summary>
    NetworkNamespace,
}
