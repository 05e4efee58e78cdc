using Ebpf.Programs;

namespace Ebpf.Links;

/// <summary>
/// Represents the position of a program among those of the same interface and direction, which run one after another until one returns a final verdict.
/// </summary>
public sealed class TcxPosition
{
    private TcxPosition(uint flags, BpfProgram? relative)
    {
        Flags = flags;
        Relative = relative;
    }

    /// <summary>Gets the position before all attached programs.</summary>
    public static TcxPosition First { get; } = new(BeforeFlag, null);

    /// <summary>Gets the position after all attached programs.</summary>
    public static TcxPosition Last { get; } = new(AfterFlag, null);

    internal const uint BeforeFlag = 1 << 3;
    internal const uint AfterFlag = 1 << 4;

    internal uint Flags { get; }

    internal BpfProgram? Relative { get; }

    /// <summary>Returns the position directly before an attached program.</summary>
    public static TcxPosition Before(BpfProgram program) => Beside(BeforeFlag, program);

    /// <summary>Returns the position directly after an attached program.</summary>
    public static TcxPosition After(BpfProgram program) => Beside(AfterFlag, program);

    private static TcxPosition Beside(uint flags, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return new(flags, program);
    }
}
