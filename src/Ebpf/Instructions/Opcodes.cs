namespace Ebpf.Instructions;

/// <summary>The bits of opcodes (RFC 9669, section 3), and the values of the other fields.</summary>
internal static class Opcodes
{
    public const byte ClassMask = 0x07;
    public const byte ClassLoad = 0x00;
    public const byte ClassLoadRegister = 0x01;
    public const byte ClassStore = 0x02;
    public const byte ClassStoreRegister = 0x03;
    public const byte ClassAlu32 = 0x04;
    public const byte ClassJump = 0x05;
    public const byte ClassJump32 = 0x06;
    public const byte ClassAlu64 = 0x07;

    /// <summary>In arithmetic and jumps: the second operand is a register.</summary>
    public const byte SourceRegister = 0x08;
    public const byte OperationMask = 0xf0;

    /// <summary>Arithmetic besides <see cref="AluOperation"/>: <c>dst = -dst</c>.</summary>
    public const byte OperationNegate = 0x80;

    /// <summary>Arithmetic besides <see cref="AluOperation"/>: byte swaps.</summary>
    public const byte OperationEnd = 0xd0;

    public const byte ModeMask = 0xe0;
    public const byte ModePacket = 0x20;
    public const byte ModePacketIndirect = 0x40;
    public const byte ModeMemory = 0x60;
    public const byte ModeMemorySigned = 0x80;
    public const byte ModeAtomic = 0xc0;

    public const byte LoadImmediate64 = 0x18;
    public const byte ToLittleEndian = ClassAlu32 | OperationEnd;
    public const byte ToBigEndian = ClassAlu32 | OperationEnd | SourceRegister;
    public const byte ByteSwap = ClassAlu64 | OperationEnd;
    public const byte Jump = 0x05;

    /// <summary>A jump with its distance in the immediate (<c>gotol</c>).</summary>
    public const byte JumpLong = 0x06;
    public const byte MayGoto = 0xe5;
    public const byte Call = 0x85;
    public const byte Exit = 0x95;

    /// <summary>Source of a call whose immediate is the distance to a function of the same program (<c>BPF_PSEUDO_CALL</c>).</summary>
    public const byte PseudoCall = 1;

    /// <summary>Source of a call whose immediate is the BTF id of a function of the kernel (<c>BPF_PSEUDO_KFUNC_CALL</c>).</summary>
    public const byte PseudoKernelFunctionCall = 2;

    /// <summary>Offset of a division or modulo that is signed.</summary>
    public const short SignedDivision = 1;

    /// <summary>In the immediate of an atomic instruction: the old value is returned in the source register.</summary>
    public const int AtomicFetch = 0x01;
    public const int AtomicExchange = 0xe1;
    public const int AtomicCompareExchange = 0xf1;
    public const int AtomicLoadAcquire = 0x100;
    public const int AtomicStoreRelease = 0x110;

    /// <summary>Source of a 64-bit load whose immediate is a map's descriptor (<c>BPF_PSEUDO_MAP_FD</c>).</summary>
    public const byte PseudoMapDescriptor = 1;

    /// <summary>… a map's descriptor, and in the high half an offset into its first value (<c>BPF_PSEUDO_MAP_VALUE</c>).</summary>
    public const byte PseudoMapValue = 2;

    /// <summary>… the distance to a function of the same program (<c>BPF_PSEUDO_FUNC</c>).</summary>
    public const byte PseudoFunction = 4;

    /// <summary>… the number of a map in a list (<c>BPF_PSEUDO_MAP_IDX</c>).</summary>
    public const byte PseudoMapIndex = 5;

    /// <summary>… the number of a map in a list, and in the high half an offset into its first value (<c>BPF_PSEUDO_MAP_IDX_VALUE</c>).</summary>
    public const byte PseudoMapIndexValue = 6;
}
