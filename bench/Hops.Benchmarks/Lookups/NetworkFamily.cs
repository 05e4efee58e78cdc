using Ebpf.Instructions;

namespace Hops.Benchmarks.Lookups;

/// <summary>Networks that lie side by side, as keys of maps: in user space, and as a program writes them.</summary>
/// <typeparam name="TKey">A prefix.</typeparam>
/// <param name="name">Their family.</param>
internal abstract class NetworkFamily<TKey>(string name)
    where TKey : unmanaged
{
    public string Name => name;

    /// <summary>A network, from 0 on.</summary>
    public abstract TKey Network(uint index);

    /// <summary>An address of that network.</summary>
    public abstract TKey Address(uint index);

    /// <summary>Writes either key to the stack, from a place on. Clobbers R2.</summary>
    /// <param name="asm">The program.</param>
    /// <param name="stack">Where the key begins, as an offset from R10.</param>
    /// <param name="index">The register with the network's number.</param>
    /// <param name="isAddress">Whether to write the address.</param>
    public abstract void Write(Assembler asm, int stack, Register index, bool isAddress);
}
