namespace Ebpf;

/// <summary>The requirements of an operation besides those of its <c>bpf(2)</c> command. They explain why the kernel refused it.</summary>
/// <param name="Since">The first kernel version that supports it, if known.</param>
/// <param name="Capability">The capability that it needs besides CAP_BPF, if any.</param>
internal readonly record struct Requirement(Version? Since, Capability? Capability = null)
{
    /// <returns>The later of two versions; if only one is given, that one.</returns>
    public static Version? Later(Version? left, Version? right) => right is null || left > right ? left : right;
}
