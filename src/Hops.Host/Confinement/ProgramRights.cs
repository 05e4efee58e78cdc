using System.Globalization;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>The rights of this process, and giving them up: all capabilities, the user, what set-user-ID programs would give.</summary>
internal static unsafe class ProgramRights
{
    /// <summary>Becomes a user's, without any capability, for good. Further groups are the user's, or none.</summary>
    /// <exception cref="ConfinementException">The kernel refused; nothing must be executed then.</exception>
    public static void Become(ProgramUser user)
    {
        // All that the kernel knows: capabilities(7).
        int last = int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), CultureInfo.InvariantCulture);
        for (int capability = 0; capability <= last; capability++)
        {
            ConfinementException.ThrowIfFailed("dropping a capability", LibC.ControlProcess(LibC.DropBoundingCapability, (nuint)capability));
        }

        fixed (uint* groups = user.Groups.ToArray())
        {
            ConfinementException.ThrowIfFailed("setting its groups", LibC.SetFurtherGroups((nuint)user.Groups.Count, groups));
        }

        ConfinementException.ThrowIfFailed("setting its group", LibC.SetGroups(user.GroupId, user.GroupId, user.GroupId));
        ConfinementException.ThrowIfFailed($"becoming user {user.Name ?? $"{user.Id}"}", LibC.SetUsers(user.Id, user.Id, user.Id));
        // Where securebits(7) keep them, a change of the user does not take them.
        ConfinementException.ThrowIfFailed("dropping ambient capabilities", LibC.ControlProcess(LibC.Ambient, LibC.ClearAmbient));
        LibC.CapabilityHeader header = new() { Version = LibC.CapabilityVersion3 };
        LibC.CapabilityData* none = stackalloc LibC.CapabilityData[2];
        none[0] = none[1] = default;
        ConfinementException.ThrowIfFailed("dropping capabilities", LibC.SetCapabilities(&header, none));
    }

    /// <summary>From then on no set-user-ID program and no file's capabilities give anything.</summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void GainNoMore() => ConfinementException.ThrowIfFailed("giving up new privileges", LibC.ControlProcess(LibC.SetNoNewPrivileges, 1));

    /// <summary>A cgroup and all above it. Who has fewer rights may not be able to see that they are there.</summary>
    public static IReadOnlyList<string> WithAllAbove(string cgroup)
    {
        List<string> folders = [];
        for (string? folder = cgroup; folder is not null && File.Exists($"{folder}/cgroup.procs"); folder = Path.GetDirectoryName(folder))
        {
            folders.Add(folder);
        }

        return folders;
    }

    /// <summary>Whether this process, with the rights that it has now, could leave its cgroup: whether it may write to one above it.</summary>
    /// <param name="cgroups">Its cgroup and all above.</param>
    /// <returns>What it may write to; null where it cannot leave.</returns>
    public static string? WayOut(IReadOnlyList<string> cgroups) => cgroups
        .SelectMany(static folder => (string[])[folder, $"{folder}/cgroup.procs", $"{folder}/cgroup.threads"])
        .FirstOrDefault(static path => LibC.Access(path, LibC.AccessWrite) == 0);
}
