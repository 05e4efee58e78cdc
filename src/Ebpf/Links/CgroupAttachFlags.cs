namespace Ebpf.Links;

/// <summary>How the programs of a cgroup were attached (<c>BPF_F_ALLOW_…</c>).</summary>
[Flags]
public enum CgroupAttachFlags
{
    /// <summary>One program, and cgroups below may not have their own; or there is none.</summary>
    None = 0,

    /// <summary>One program, in whose place cgroups below may have their own.</summary>
    AllowOverride = 1 << 0,

    /// <summary>Any number of programs, which all run, those of cgroups below first. Links attach like this.</summary>
    AllowMultiple = 1 << 1,
}
