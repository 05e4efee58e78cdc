using System.Globalization;

namespace Hops.Host.Watching;

/// <summary>Represents the systemd unit, container and pod that the path of a control group names. Unknown values are null.</summary>
/// <remarks>
/// The creator of a cgroup chooses its name. <see cref="Unit"/>, <see cref="Container"/> and <see cref="Pod"/> are read only from paths of exactly the known
/// forms, where root creates the cgroups, or a service to which root has delegated a part of the hierarchy (<c>Delegate=</c>, a privileged container). Below a
/// user's own manager (<c>user@1000.service</c>), where the user creates them, only <see cref="UserUnit"/> is read.
/// </remarks>
public sealed record CgroupName
{
    // Containers and units are within the first dozen. The limit keeps deep paths from costing time for each connection.
    private const int MostParts = 32;

    /// <summary>Gets the unit of the host's systemd: <c>nginx.service</c>, <c>session-3.scope</c>, <c>user@1000.service</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>Gets the unit of a user's systemd, which itself is the <see cref="Unit"/>. The user chooses this name.</summary>
    public string? UserUnit { get; init; }

    /// <summary>Gets the innermost container: the 64 hexadecimal digits of its ID, or its name with LXC and systemd-nspawn.</summary>
    public string? Container { get; init; }

    /// <summary>Gets the pod: its UUID with Kubernetes (32 hexadecimal digits for a static pod), 64 hexadecimal digits with Podman.</summary>
    public string? Pod { get; init; }

    /// <summary>Reads the names from the path of a cgroup.</summary>
    /// <param name="path">A path below the root of the hierarchy, such as <see cref="WatchedConnection.Cgroup"/>; null if it is unknown.</param>
    public static CgroupName Of(string? path)
    {
        if (path is null || !path.StartsWith('/'))
        {
            return new();
        }

        // The parts beyond the limit stay together in the last one, which no form matches.
        string[] parts = path[1..].Split('/', MostParts + 1);
        int unit = FindUnit(parts, from: 0);
        int userUnit = unit >= 0 && IsUserManager(parts[unit]) ? FindUnit(parts, unit + 1) : -1;
        return CgroupForms.Find(parts) with
        {
            Unit = unit < 0 ? null : UnitName.OfFolder(parts[unit]),
            UserUnit = userUnit < 0 ? null : UnitName.OfFolder(parts[userUnit]),
        };
    }

    /// <summary>
    /// The first part that is not a slice is the unit. If it does not have the name of a unit, there is none: cgroups below belong to it, whatever their names.
    /// </summary>
    private static int FindUnit(string[] parts, int from)
    {
        int first = Array.FindIndex(parts, from, static part => !UnitName.IsSlice(part));
        return first >= 0 && UnitName.IsOfProcesses(UnitName.OfFolder(parts[first])) ? first : -1;
    }

    private static bool IsUserManager(string unit) =>
        unit.StartsWith("user@", StringComparison.Ordinal) && unit.EndsWith(".service", StringComparison.Ordinal)
        && uint.TryParse(unit["user@".Length..^".service".Length], NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
