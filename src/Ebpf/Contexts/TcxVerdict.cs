namespace Ebpf.Contexts;

/// <summary>
/// What <see cref="Programs.BpfProgramType.SchedCls"/> programs return (<c>enum tcx_action_base</c>; the same numbers are <c>TC_ACT_…</c> in a <see
/// cref="Links.ClsactFilter"/>).
/// </summary>
public static class TcxVerdict
{
    /// <summary>Leaves it to the next program; after the last one the packet passes.</summary>
    public const int Next = -1;

    /// <summary>Lets the packet pass, without a look by the programs behind.</summary>
    public const int Pass = 0;

    /// <summary>Drops the packet.</summary>
    public const int Drop = 2;

    /// <summary>Sends the packet where the program told the helper <c>bpf_redirect</c>, whose result this is.</summary>
    public const int Redirect = 7;
}
