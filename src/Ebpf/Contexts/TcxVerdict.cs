namespace Ebpf.Contexts;

/// <summary>
/// Defines the return values of <see cref="Programs.BpfProgramType.SchedCls"/> programs (<c>enum tcx_action_base</c>; the same numbers are <c>TC_ACT_…</c> in
/// a <see cref="Links.ClsactFilter"/>).
/// </summary>
public static class TcxVerdict
{
    /// <summary>Continues with the next program; after the last one the packet passes.</summary>
    public const int Next = -1;

    /// <summary>Lets the packet pass without running the programs that follow.</summary>
    public const int Pass = 0;

    /// <summary>Drops the packet.</summary>
    public const int Drop = 2;

    /// <summary>Sends the packet to the interface that the program passed to the helper <c>bpf_redirect</c>, which returns this value.</summary>
    public const int Redirect = 7;
}
