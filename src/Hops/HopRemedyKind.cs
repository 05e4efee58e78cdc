namespace Hops;

/// <summary>
/// What would make measuring, or sharing a filter, possible here. Offered only where it would change the answer on this kernel and for this user.
/// </summary>
public enum HopRemedyKind
{
    /// <summary>Run on Linux, on x64 or arm64.</summary>
    UseLinux,

    /// <summary>Run on a newer kernel. <see cref="HopRemedy.Subject"/>: the minimum version.</summary>
    UseNewerKernel,

    /// <summary>Try again; if it stays so, the host is overloaded or a service hangs.</summary>
    TryAgain,

    /// <summary>Run it as root. Subject: what was tried: <c>enable</c>, <c>disable</c>, <c>serve</c>.</summary>
    RunAsRoot,

    /// <summary>
    /// Run it where the kernel lets root load eBPF: outside of a container, or in one with CAP_BPF whose seccomp profile allows <c>bpf(2)</c>.
    /// </summary>
    RunWhereBpfIsAllowed,

    /// <summary>Give this process CAP_BPF.</summary>
    GrantCapability,

    /// <summary>Give this service CAP_BPF by its unit.</summary>
    GrantCapabilityToService,

    /// <summary>Give this container CAP_BPF.</summary>
    GrantCapabilityToContainer,

    /// <summary>Give this pod's container CAP_BPF.</summary>
    GrantCapabilityToPod,

    /// <summary>Give this program CAP_BPF as a capability of its file. Subject: the file's path.</summary>
    GrantCapabilityToProgram,

    /// <summary>Let the seccomp profile of this container or service allow <c>bpf(2)</c>.</summary>
    AllowBpf,

    /// <summary>Raise the limit of open file descriptors.</summary>
    RaiseDescriptorLimit,

    /// <summary>Run outside of the user namespace (the rootless container).</summary>
    LeaveUserNamespace,

    /// <summary>Have an administrator pin a filter for all processes of this host.</summary>
    SharePins,

    /// <summary>Have an administrator run the service that hands a filter over: for processes that may not call <c>bpf(2)</c>.</summary>
    ShareByService,

    /// <summary>Mount the folder of the shared filter into this pod, with its group. Subject: how the node shares: <c>enable</c> or <c>serve</c>.</summary>
    MountIntoPod,

    /// <summary>
    /// Mount the folder of the shared filter into this container, with its group. Subject: how the host shares: <c>enable</c> or <c>serve</c>.
    /// </summary>
    MountIntoContainer,

    /// <summary>Become a member of a group. Subject: its name, or its number where it has no name here.</summary>
    JoinGroup,

    /// <summary>Make a group. Subject: its name.</summary>
    MakeGroup,

    /// <summary>Choose another group, or make this one. Subject: its name.</summary>
    ChooseGroup,

    /// <summary>Restart the service that shares a filter.</summary>
    RestartService,

    /// <summary>Restart the listening socket of that service.</summary>
    RestartServiceSocket,

    /// <summary>Restart that service with the version of this program.</summary>
    UpdateService,

    /// <summary>Stop the other service that listens already.</summary>
    StopOtherService,

    /// <summary>Use programs of one version, or share anew with this one.</summary>
    UseSameVersion,

    /// <summary>End sharing, then share anew.</summary>
    ShareAnew,

    /// <summary>Find out which user changed a path that must be root's alone; then share anew. Subject: the path.</summary>
    InspectPath,

    /// <summary>Find out what is in the way below a folder. Subject: the folder.</summary>
    InspectFolder,

    /// <summary>Run it where root can write to a folder. Subject: the folder.</summary>
    UseWritableFolder,

    /// <summary>Forbid loading eBPF to users without a capability: <c>kernel.unprivileged_bpf_disabled=2</c>, the default of Linux.</summary>
    ForbidUnprivilegedLoading,

    /// <summary>Make <c>/proc/sys</c> readable.</summary>
    MakeSettingsReadable,

    /// <summary>Run it where root may mount a file system.</summary>
    AllowMounting,

    /// <summary>Run it where root may unmount a file system.</summary>
    AllowUnmounting,

    /// <summary>Run it as root with CAP_CHOWN, or as a member of the group.</summary>
    AllowChangingOwner,

    /// <summary>Let a unit pass a Unix socket that listens, or pass none.</summary>
    PassListeningSocket,

    /// <summary>Wait for the other process that changes what is shared.</summary>
    WaitForOther,

    /// <summary>Switch the loopback interface of this network namespace on.</summary>
    StartLoopback,

    /// <summary>See whether the host is overloaded, short of descriptors, or filters its own loopback packets.</summary>
    InspectLoopback,

    /// <summary>Look for a transparent proxy or a service mesh that takes over connections.</summary>
    FindTransparentProxy,

    /// <summary>Have an administrator run a watch of this host that answers for sockets, or run it again.</summary>
    ShareWatch,

    /// <summary>Run the watch that answers with the version of this program.</summary>
    UpdateWatch,
}
