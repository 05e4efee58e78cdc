namespace Ebpf.Programs;

/// <summary>The objects that programs can attach to.</summary>
internal enum Attachment
{
    /// <summary>Unknown to this library.</summary>
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
