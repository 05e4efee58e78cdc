namespace Hops.Common.Remedies;

/// <summary> The texts of remedies for people who run a program: commands, settings, or sentences without their full stop. Some have several lines. </summary>
internal static class RemedyText
{
    public static string Of(HopRemedy remedy) => remedy.Kind switch
    {
        HopRemedyKind.UseLinux => "run on Linux, on x64 or arm64",
        HopRemedyKind.UseNewerKernel => $"Linux {remedy.Subject} or later",
        HopRemedyKind.TryAgain => "try again; if it stays so, see whether the host is overloaded, or a service hangs",
        HopRemedyKind.RunAsRoot => $"sudo hops system {remedy.Subject}",
        HopRemedyKind.RunWhereBpfIsAllowed => "run it as root of the host; in a container with CAP_BPF, by a seccomp profile that allows bpf(2)",
        HopRemedyKind.GrantCapability => "systemd: AmbientCapabilities=CAP_BPF; containers: --cap-add BPF; or run as root",
        HopRemedyKind.GrantCapabilityToService => "systemd: AmbientCapabilities=CAP_BPF",
        HopRemedyKind.GrantCapabilityToContainer => "containers: --cap-add BPF",
        HopRemedyKind.GrantCapabilityToPod => "containers: securityContext: {capabilities: {add: [BPF]}}",
        HopRemedyKind.GrantCapabilityToProgram => $"sudo setcap cap_bpf+ep {Quote(remedy.Subject!)}",
        HopRemedyKind.AllowBpf => "let the seccomp profile of this container or service allow bpf(2)",
        HopRemedyKind.RaiseDescriptorLimit => "raise 'ulimit -n' (systemd: LimitNOFILE=)",
        HopRemedyKind.LeaveUserNamespace => "run it outside of the user namespace (the rootless container)",
        HopRemedyKind.SharePins => "sudo hops system enable",
        HopRemedyKind.ShareByService =>
            "sudo systemctl enable --now hops.socket, or sudo hops system serve (docs/deploy.md), for processes that may not call bpf(2)",
        HopRemedyKind.MountIntoPod => ForPod(remedy.Subject!),
        HopRemedyKind.MountIntoContainer => ForContainer(remedy.Subject!),
        HopRemedyKind.JoinGroup => ForGroup(remedy.Subject!),
        HopRemedyKind.MakeGroup => $"{ToMakeGroup(remedy.Subject!)}, or choose another with --group",
        HopRemedyKind.ChooseGroup => $"choose another with --group, or make it: {ToMakeGroup(remedy.Subject!)}",
        HopRemedyKind.RestartService => "sudo systemctl restart hops.service",
        HopRemedyKind.RestartServiceSocket => "sudo systemctl restart hops.socket",
        HopRemedyKind.UpdateService => "sudo systemctl restart hops.socket, with hops of this version",
        HopRemedyKind.StopOtherService => "stop that one first (sudo systemctl stop hops.socket hops.service)",
        HopRemedyKind.UseSameVersion => "use a program of the same version, or: sudo hops system enable",
        HopRemedyKind.ShareAnew => "sudo hops system disable, then sudo hops system enable",
        HopRemedyKind.InspectPath => $"find out who made it so ('ls -ld {remedy.Subject}'); when it is root's alone: sudo hops system enable",
        HopRemedyKind.InspectFolder => $"see what is in the way: sudo find {remedy.Subject} -ls",
        HopRemedyKind.UseWritableFolder => $"run it where root can write to {remedy.Subject}; 'findmnt --target {remedy.Subject}' shows what is mounted there",
        HopRemedyKind.ForbidUnprivilegedLoading => "sudo sysctl kernel.unprivileged_bpf_disabled=2, the default of Linux",
        HopRemedyKind.MakeSettingsReadable => "make /proc/sys readable",
        HopRemedyKind.AllowMounting => "run it where root may mount (in a container: CAP_SYS_ADMIN, or share the filter by 'hops system serve' instead)",
        HopRemedyKind.AllowUnmounting => "run it where root may unmount (in a container: CAP_SYS_ADMIN)",
        HopRemedyKind.AllowChangingOwner => "run it as root with CAP_CHOWN, or as a member of the group (containers: supplementalGroups)",
        HopRemedyKind.PassListeningSocket => "let a unit such as hops.socket pass it (ListenStream=/run/hops/hops.sock), or start without LISTEN_FDS",
        HopRemedyKind.WaitForOther => "wait for the other 'hops system' to end",
        HopRemedyKind.StartLoopback => "sudo ip link set lo up",
        HopRemedyKind.InspectLoopback =>
            "see whether the host is overloaded, short of descriptors (raise 'ulimit -n'; systemd: LimitNOFILE=), or filters its own loopback packets",
        HopRemedyKind.FindTransparentProxy => "look for a transparent proxy or a service mesh that takes over connections",
        HopRemedyKind.ShareWatch => "sudo hops watch --share, which must be running when the connection is made",
        HopRemedyKind.UpdateWatch => "sudo hops watch --share, with hops of this version",
        _ => remedy.ToString(),
    };

    /// <summary><c>PinnedFilter: /run/hops is not there (remedy: sudo hops system enable)</c></summary>
    public static string Of(HopSourceRefusal refusal) => $"{refusal.Source}: {refusal.Reason} (remedy: {Of(refusal.Remedy)})";

    /// <summary>Returns the text of an exception. If no source can measure, it contains the reason and the remedy of each source.</summary>
    public static string Of(Exception e) => e is HopMeterUnavailableException unavailable
        ? string.Join(Environment.NewLine, unavailable.Refusals.Select(static refusal => $"  {Of(refusal)}").Prepend("Hop distances cannot be measured here."))
        : e.Message;

    // Unix sockets and pins can be used over a read-only mount, over which files cannot be changed. A pod's supplementalGroups are numbers.
    private static string ForPod(string way) =>
        $$$"""
        in Kubernetes, where the node shares ('hops system {{{way}}}' there), in the pod's specification (GID: what 'getent group hops' tells on the node):
            spec:
              securityContext:
                supplementalGroups: [GID]
              containers:
              - volumeMounts:
                - {name: hops, mountPath: /run/hops, readOnly: true}
              volumes:
              - {name: hops, hostPath: {path: /run/hops, type: Directory}}
        """;

    private static string ForContainer(string way) =>
        $"""
        in a container, where the host shares ('hops system {way}' there), started on the host by:
            docker run -v /run/hops:/run/hops:ro --group-add "$(getent group hops | cut -d: -f3)" IMAGE
        """;

    private static string ToMakeGroup(string group) => $"sudo groupadd --system {group} (BusyBox: sudo addgroup -S {group})";

    /// <summary>Users can only be added to a group that has a name.</summary>
    private static string ForGroup(string group) => group.All(char.IsAsciiDigit)
        ? $"sudo groupadd --gid {group} NAME, sudo usermod -aG NAME USER, then log in again (containers: --group-add {group})"
        : $"sudo usermod -aG {group} USER, then log in again (systemd: SupplementaryGroups={group})";

    private static string Quote(string path) =>
        path.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+')
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
