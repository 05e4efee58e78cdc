namespace Ebpf.Maps;

/// <summary>Specifies the operations that a descriptor of a map allows. They limit applications that use the descriptor, not programs.</summary>
public enum BpfMapAccess
{
    /// <summary>Reading and writing. Opening a pin with this access needs both permissions for its file.</summary>
    ReadWrite = 0,

    /// <summary>Lookups only (<c>BPF_F_RDONLY</c>). Linux 4.15.</summary>
    ReadOnly = 1 << 3,

    /// <summary>Updates and deletions only (<c>BPF_F_WRONLY</c>). Linux 4.15.</summary>
    WriteOnly = 1 << 4,
}
