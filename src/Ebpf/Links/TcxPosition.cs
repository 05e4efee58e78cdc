using Ebpf.Programs;

namespace Ebpf.Links;

/// <summary>Where a program stands among those of the same interface and direction. They run one after another until one decides.</summary>
public sealed class TcxPosition
{
    private TcxPosition(uint flags, BpfProgram? relative)
    {
        Flags = flags;
        Relative = relative;
    }

    /// <summary>Before all that are there now.</summary>
    public static TcxPosition First { get; } = new(BeforeFlag, null);

    /// <summary>After all that are there now.</summary>
    public static TcxPosition Last { get; } = new(AfterFlag, null);

    internal const uint BeforeFlag = 1 << 3;
    internal const uint AfterFlag = 1 << 4;

    internal uint Flags { get; }

    internal BpfProgram? Relative { get; }

    /// <summary>Directly before a program that is there already.</summary>
    public static TcxPosition Before(BpfProgram program) => Beside(BeforeFlag, program);

    /// <summary>Directly after a program that is there already.</summary>
    public static TcxPosition After(BpfProgram program) => Beside(AfterFlag, program);

    private static TcxPosition Beside(uint flags, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return new(flags, program);
    }
}
