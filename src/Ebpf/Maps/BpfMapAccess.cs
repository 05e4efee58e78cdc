namespace Ebpf.Maps;

/// <summary>What a descriptor of a map is for. It binds the application that has the descriptor, not programs.</summary>
public enum BpfMapAccess
{
    /// <summary>Reading and writing. A pin gives it to those who have both permissions for its file.</summary>
    ReadWrite = 0,

    /// <summary>Looking up only (<c>BPF_F_RDONLY</c>). Linux 4.15.</summary>
    ReadOnly = 1 << 3,

    /// <summary>Updating and deleting only (<c>BPF_F_WRONLY</c>). Linux 4.15.</summary>
    WriteOnly = 1 << 4,
}
