namespace Ebpf.Instructions;

/// <summary>Specifies the operation of an atomic instruction, the value of its immediate (RFC 9669, section 5.3).</summary>
internal enum AtomicOperation
{
    Add = 0x00,
    Or = 0x40,
    And = 0x50,
    Xor = 0xa0,
}
