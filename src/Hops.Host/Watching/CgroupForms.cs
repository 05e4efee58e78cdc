namespace Hops.Host.Watching;

/// <summary>Has the forms of the paths of container engines. To add an engine, add a row here and a line in the data of the tests.</summary>
internal static class CgroupForms
{
    // Names of a pod's slice, by quality of service, and in nodes of kind.
    private const string PodSlice = "kubepods-pod{pod}.slice|kubepods-burstable-pod{pod}.slice|kubepods-besteffort-pod{pod}.slice"
        + "|kubelet-kubepods-pod{pod}.slice|kubelet-kubepods-burstable-pod{pod}.slice|kubelet-kubepods-besteffort-pod{pod}.slice";

    // The names of containerd's cgroups if it is configured not to use systemd.
    private const string PodWithoutSystemd = "kubepods-pod{pod}.slice:cri-containerd:{id}|kubepods-burstable-pod{pod}.slice:cri-containerd:{id}"
        + "|kubepods-besteffort-pod{pod}.slice:cri-containerd:{id}";

    /// <summary>The forms. The first match counts.</summary>
    private static readonly CgroupForm[] All =
    [
        // Kubernetes, driver systemd: containerd, CRI-O, Docker.
        new($"**/{PodSlice}/cri-containerd-{{id}}.scope|crio-{{id}}.scope|docker-{{id}}.scope/container?"),
        // Kubernetes with the systemd driver, but containerd without.
        new($"**/containerd.service|k3s.service|k3s-agent.service|rke2-server.service|rke2-agent.service?/{PodWithoutSystemd}"),
        // Kubernetes, driver cgroupfs; in a node of kind below 'kubelet'.
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
        // systemd-nspawn as a service, and by hand. systemd-machined uses the same names for virtual machines ('qemu-'), which are not containers.
        new("machine.slice/systemd-nspawn@{escaped}.service"),
        new("machine.slice/machine-{escaped}.scope"),
    ];

    /// <summary>Finds the innermost of nested containers, from the root on.</summary>
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
