namespace Hops;

/// <summary>
/// Specifies an action that would make measuring, or sharing a filter, possible here. An action is suggested only if it helps on this kernel and for this user.
/// </summary>
public enum HopRemedyKind
{
    /// <summary>Run on Linux, on x64 or arm64.</summary>
    UseLinux,

    /// <summary>Run on a newer kernel. <see cref="HopRemedy.Subject"/>: the minimum version.</summary>
    UseNewerKernel,

    /// <summary>Try again. If the failure persists, the host is overloaded or a service hangs.</summary>
    TryAgain,

    /// <summary>Run the command as root. Subject: the command: <c>enable</c>, <c>disable</c>, <c>serve</c>.</summary>
    RunAsRoot,

    /// <summary>
    /// Run the program where the kernel lets root load eBPF: outside of a container, or in one with CAP_BPF whose seccomp profile allows <c>bpf(2)</c>.
    /// </summary>
    RunWhereBpfIsAllowed,

    /// <summary>Give this process CAP_BPF.</summary>
    GrantCapability,

    /// <summary>Give this service CAP_BPF in its systemd unit.</summary>
    GrantCapabilityToService,

    /// <summary>Give this container CAP_BPF.</summary>
    GrantCapabilityToContainer,

    /// <summary>Give this pod's container CAP_BPF.</summary>
    GrantCapabilityToPod,

    /// <summary>Give the file of this program the capability CAP_BPF. Subject: the file's path.</summary>
    GrantCapabilityToProgram,

    /// <summary>Change the seccomp profile of this container or service to allow <c>bpf(2)</c>.</summary>
    AllowBpf,

    /// <summary>Raise the limit of open file descriptors.</summary>
    RaiseDescriptorLimit,

    /// <summary>Run outside of the user namespace (the rootless container).</summary>
    LeaveUserNamespace,

    /// <summary>Have an administrator pin a filter for all processes of this host.</summary>
    SharePins,

    /// <summary>Have an administrator run the service that passes a filter to processes that may not call <c>bpf(2)</c>.</summary>
    ShareByService,

    /// <summary>Mount the folder of the shared filter into this pod, with its group. Subject: how the node shares: <c>enable</c> or <c>serve</c>.</summary>
    MountIntoPod,

    /// <summary>
    /// Mount the folder of the shared filter into this container, with its group. Subject: how the host shares: <c>enable</c> or <c>serve</c>.
    /// </summary>
    MountIntoContainer,

    /// <summary>Become a member of a group. Subject: its name, or its number if it has no name here.</summary>
    JoinGroup,

    /// <summary>Create a group. Subject: its name.</summary>
    MakeGroup,

    /// <summary>Choose another group, or create this one. Subject: its name.</summary>
    ChooseGroup,

    /// <summary>Restart the service that shares a filter.</summary>
    RestartService,

    /// <summary>Restart the listening socket of the service that shares a filter.</summary>
    RestartServiceSocket,

    /// <summary>Restart the service that shares a filter with the version of this program.</summary>
    UpdateService,

    /// <summary>Stop the other service, which already listens.</summary>
    StopOtherService,

    /// <summary>Use programs of the same version, or share the filter again with this one.</summary>
    UseSameVersion,

    /// <summary>Stop sharing the filter, then share it again.</summary>
    ShareAnew,

    /// <summary>Find out which user changed a path that only root may change, then share the filter again. Subject: the path.</summary>
    InspectPath,

    /// <summary>Find out what blocks the use of a folder. Subject: the folder.</summary>
    InspectFolder,

    /// <summary>Run the program where root can write to a folder. Subject: the folder.</summary>
    UseWritableFolder,

    /// <summary>Forbid loading eBPF to users without a capability: <c>kernel.unprivileged_bpf_disabled=2</c>, the default of Linux.</summary>
    ForbidUnprivilegedLoading,

    /// <summary>Make <c>/proc/sys</c> readable.</summary>
    MakeSettingsReadable,

    /// <summary>Run the program where root may mount a file system.</summary>
    AllowMounting,

    /// <summary>Run the program where root may unmount a file system.</summary>
    AllowUnmounting,

    /// <summary>Run the program as root with CAP_CHOWN, or as a member of the group.</summary>
    AllowChangingOwner,

    /// <summary>Change the systemd unit to pass a listening Unix socket, or no socket.</summary>
    PassListeningSocket,

    /// <summary>Wait for the other process that is changing the shared filter.</summary>
    WaitForOther,

    /// <summary>Bring up the loopback interface of this network namespace.</summary>
    StartLoopback,

    /// <summary>Check whether the host is overloaded, is short of file descriptors, or filters its own loopback packets.</summary>
    InspectLoopback,

    /// <summary>Look for a transparent proxy or a service mesh that intercepts connections.</summary>
    FindTransparentProxy,

    /// <summary>Have an administrator start, or restart, a watch of this host that shares its distances (<c>hops watch --share</c>).</summary>
    ShareWatch,

    /// <summary>Run the shared watch with the version of this program.</summary>
    UpdateWatch,
}
