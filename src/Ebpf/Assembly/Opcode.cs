namespace Ebpf.Assembly;

/// <summary>The bits that opcodes are put together from (RFC 9669, section 3).</summary>
internal static class Opcode
{
    public const byte ClassMask = 0x07;
    public const byte ClassLoad = 0x00;
    public const byte ClassLoadRegister = 0x01;
    public const byte ClassStore = 0x02;
    public const byte ClassStoreRegister = 0x03;
    public const byte ClassJump = 0x05;
    public const byte ClassAlu64 = 0x07;

    /// <summary>Of arithmetic and jumps: the second operand is a register.</summary>
    public const byte SourceRegister = 0x08;
    public const byte OperationMask = 0xf0;

    public const byte ModeMask = 0xe0;
    public const byte ModePacket = 0x20;
    public const byte ModeMemory = 0x60;
    public const byte ModeAtomic = 0xc0;

    public const byte LoadImmediate64 = 0x18;
    public const byte Jump = 0x05;
    public const byte Call = 0x85;
    public const byte Exit = 0x95;

    /// <summary>The immediate of an atomic instruction that says what it does.</summary>
    public const int AtomicCompareExchange = 0xf1;

    /// <summary>Source of a 64-bit load whose immediate is a map's descriptor (<c>BPF_PSEUDO_MAP_FD</c>).</summary>
    public const byte PseudoMapDescriptor = 1;

    /// <summary>Source of a 64-bit load whose immediate is the number of a map in a list (<c>BPF_PSEUDO_MAP_IDX</c>).</summary>
    public const byte PseudoMapIndex = 5;
}
