namespace Ebpf.Links;

/// <summary>Specifies how the programs of a cgroup were attached (<c>BPF_F_ALLOW_…</c>).</summary>
[Flags]
public enum CgroupAttachFlags
{
    /// <summary>A single program, which descendant cgroups cannot override; or no program.</summary>
    None = 0,

    /// <summary>A single program, which descendant cgroups can override with their own.</summary>
    AllowOverride = 1 << 0,

    /// <summary>Any number of programs, which all run, those of descendant cgroups first. Links use this mode.</summary>
    AllowMultiple = 1 << 1,
}
