namespace Ebpf;

/// <summary>What an operation needs besides its command of <c>bpf(2)</c>: to explain why it was refused.</summary>
/// <param name="Since">The kernel that has it first, where known.</param>
/// <param name="Capability">The capability that it takes besides CAP_BPF, if any.</param>
internal readonly record struct Requirement(Version? Since, Capability? Capability = null)
{
    /// <returns>The later of two versions; of one, that one.</returns>
    public static Version? Later(Version? left, Version? right) => right is null || left > right ? left : right;
}
