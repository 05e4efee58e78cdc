namespace Hops.Host.Watching;

/// <summary>How container engines call their cgroups. A new engine is a row, and a line in the data of the tests.</summary>
internal static class CgroupForms
{
    // What a pod's slice is called, with its quality of service, and in the nodes of Kind.
    private const string PodSlice = "kubepods-pod{pod}.slice|kubepods-burstable-pod{pod}.slice|kubepods-besteffort-pod{pod}.slice"
        + "|kubelet-kubepods-pod{pod}.slice|kubelet-kubepods-burstable-pod{pod}.slice|kubelet-kubepods-besteffort-pod{pod}.slice";

    // What containerd makes of a slice's name where it has been told not to ask systemd.
    private const string PodWithoutSystemd = "kubepods-pod{pod}.slice:cri-containerd:{id}|kubepods-burstable-pod{pod}.slice:cri-containerd:{id}"
        + "|kubepods-besteffort-pod{pod}.slice:cri-containerd:{id}";

    /// <summary>The forms; the first that a path has is its own.</summary>
    private static readonly CgroupForm[] All =
    [
        // Kubernetes, driver systemd: containerd, CRI-O, Docker.
        new($"**/{PodSlice}/cri-containerd-{{id}}.scope|crio-{{id}}.scope|docker-{{id}}.scope/container?"),
        // Kubernetes, driver systemd, containerd without it.
        new($"**/containerd.service|k3s.service|k3s-agent.service|rke2-server.service|rke2-agent.service?/{PodWithoutSystemd}"),
        // Kubernetes, driver cgroupfs; in a node of Kind below 'kubelet'.
        new("kubelet?/kubepods/burstable|besteffort?/pod{pod}/{id}|crio-{id}"),
        // Podman, a container in a pod, and one alone.
        new("**/machine-libpod_pod_{id-of-pod}.slice/libpod-{id}.scope/container?"),
        new("**/libpod-{id}.scope/container?"),
        new("libpod_parent/{id-of-pod}?/libpod-{id}"),
        // Docker, drivers systemd and cgroupfs.
        new("**/docker-{id}.scope"),
        new("docker/{id}"),
        // containerd and CRI-O without Kubernetes.
        new("**/nerdctl-{id}.scope|cri-containerd-{id}.scope|crio-{id}.scope/container?"),
        // LXC from version 4 on, and before.
        new("lxc.payload.{name}"),
        new("lxc/{name}"),
        // systemd-nspawn as a service, and by hand; systemd-machined calls virtual machines so, too, which are none ('qemu-').
        new("machine.slice/systemd-nspawn@{escaped}.service"),
        new("machine.slice/machine-{escaped}.scope"),
    ];

    /// <summary>The innermost container of those that begin at the root, one in the other.</summary>
    public static CgroupName Find(ReadOnlySpan<string> path)
    {
        CgroupName innermost = new();
        while (MatchFirst(path, out CgroupName found) is var count and > 0)
        {
            innermost = found;
            path = path[count..];
        }

        return innermost;
    }

    private static int MatchFirst(ReadOnlySpan<string> path, out CgroupName found)
    {
        foreach (CgroupForm form in All)
        {
            if (form.Match(path, out found) is var count and > 0)
            {
                return count;
            }
        }

        found = new();
        return 0;
    }
}
