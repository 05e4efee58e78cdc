namespace Ebpf.Instructions;

/// <summary>What an atomic instruction does to memory. The values stand in its immediate (RFC 9669, section 5.3).</summary>
internal enum AtomicOperation
{
    Add = 0x00,
    Or = 0x40,
    And = 0x50,
    Xor = 0xa0,
}
