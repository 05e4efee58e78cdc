using System.Globalization;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>Drops the rights of this process: all capabilities, the user, and the rights that set-user-ID programs would give.</summary>
internal static unsafe class ProgramRights
{
    /// <summary>Changes the user of this process and drops all capabilities, irrevocably. Supplementary groups are those of the user, or none.</summary>
    /// <exception cref="ConfinementException">The kernel refused. No program may be executed then.</exception>
    public static void Become(ProgramUser user)
    {
        // All capabilities that this kernel has: capabilities(7).
        int last = int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), CultureInfo.InvariantCulture);
        for (int capability = 0; capability <= last; capability++)
        {
            ConfinementException.ThrowIfFailed("dropping a capability", LibC.ControlProcess(LibC.DropBoundingCapability, (nuint)capability));
        }

        fixed (uint* groups = user.Groups.ToArray())
        {
            ConfinementException.ThrowIfFailed("setting the program's groups", LibC.SetFurtherGroups((nuint)user.Groups.Count, groups));
        }

        ConfinementException.ThrowIfFailed("setting the program's group", LibC.SetGroups(user.GroupId, user.GroupId, user.GroupId));
        ConfinementException.ThrowIfFailed($"becoming user {user.Name ?? $"{user.Id}"}", LibC.SetUsers(user.Id, user.Id, user.Id));
        // With some secure bits (capabilities(7)) a change of the user does not drop them.
        ConfinementException.ThrowIfFailed("dropping ambient capabilities", LibC.ControlProcess(LibC.Ambient, LibC.ClearAmbient));
        LibC.CapabilityHeader header = new() { Version = LibC.CapabilityVersion3 };
        LibC.CapabilityData* none = stackalloc LibC.CapabilityData[2];
        none[0] = none[1] = default;
        ConfinementException.ThrowIfFailed("dropping capabilities", LibC.SetCapabilities(&header, none));
    }

    /// <summary>Sets <c>no_new_privs</c>: set-user-ID programs and capabilities of files give no rights any more.</summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void GainNoMore() => ConfinementException.ThrowIfFailed("setting no_new_privs", LibC.ControlProcess(LibC.SetNoNewPrivileges, 1));

    /// <summary>Returns a cgroup and all above it. To be called before rights are dropped, since the folders may not be visible afterwards.</summary>
    public static IReadOnlyList<string> WithAllAbove(string cgroup)
    {
        List<string> folders = [];
        for (string? folder = cgroup; folder is not null && File.Exists($"{folder}/cgroup.procs"); folder = Path.GetDirectoryName(folder))
        {
            folders.Add(folder);
        }

        return folders;
    }

    /// <summary>Returns a file or folder by which this process, with its current rights, could leave its cgroup.</summary>
    /// <param name="cgroups">Its cgroup and all above.</param>
    /// <returns>The first one that this process may write to; null if it cannot leave.</returns>
    public static string? WayOut(IReadOnlyList<string> cgroups) => cgroups
        .SelectMany(static folder => (string[])[folder, $"{folder}/cgroup.procs", $"{folder}/cgroup.threads"])
        .FirstOrDefault(static path => LibC.Access(path, LibC.AccessWrite) == 0);
}
