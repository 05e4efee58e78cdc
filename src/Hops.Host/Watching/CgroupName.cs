using System.Globalization;

namespace Hops.Host.Watching;

/// <summary>What the path of a control group says of who is in it: a unit of systemd, a container, a pod. What is null is not known.</summary>
/// <remarks>
/// A cgroup is called as its maker wants. Those of <see cref="Unit"/>, <see cref="Container"/> and <see cref="Pod"/> are made by root, or by whom root has
/// given a part of the hierarchy (a service with <c>Delegate=</c>, a container with rights): only paths of exactly the known forms have names. Below a user's
/// own manager (<c>user@1000.service</c>), where the user makes them, there is only a <see cref="UserUnit"/>.
/// </remarks>
public sealed record CgroupName
{
    // Containers and units lie within the first dozen. Who makes deep paths would have us search them for each connection.
    private const int MostParts = 32;

    /// <summary>The unit of the host's systemd, as systemd calls it: <c>nginx.service</c>, <c>session-3.scope</c>, <c>user@1000.service</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The unit of a user's systemd, whose own name is the <see cref="Unit"/>. The user chooses it.</summary>
    public string? UserUnit { get; init; }

    /// <summary>The innermost container: the 64 hexadecimal digits of its id, or its name with LXC and systemd-nspawn.</summary>
    public string? Container { get; init; }

    /// <summary>The pod: its UUID with Kubernetes (32 hexadecimal digits of a static one), 64 hexadecimal digits with Podman.</summary>
    public string? Pod { get; init; }

    /// <summary>Reads a path.</summary>
    /// <param name="path">A path below the root of the hierarchy, such as <see cref="WatchedConnection.Cgroup"/>; null is unknown.</param>
    public static CgroupName Of(string? path)
    {
        if (path is null || !path.StartsWith('/'))
        {
            return new();
        }

        // What is behind stays in one, which is called like nothing.
        string[] parts = path[1..].Split('/', MostParts + 1);
        int unit = FindUnit(parts, from: 0);
        int userUnit = unit >= 0 && IsUserManager(parts[unit]) ? FindUnit(parts, unit + 1) : -1;
        return CgroupForms.Find(parts) with
        {
            Unit = unit < 0 ? null : UnitName.OfFolder(parts[unit]),
            UserUnit = userUnit < 0 ? null : UnitName.OfFolder(parts[userUnit]),
        };
    }

    /// <summary>The first part that is no slice is the unit, or there is none: what is below belongs to the unit, whatever it is called.</summary>
    private static int FindUnit(string[] parts, int from)
    {
        int first = Array.FindIndex(parts, from, static part => !UnitName.IsSlice(part));
        return first >= 0 && UnitName.IsOfProcesses(UnitName.OfFolder(parts[first])) ? first : -1;
    }

    private static bool IsUserManager(string unit) =>
        unit.StartsWith("user@", StringComparison.Ordinal) && unit.EndsWith(".service", StringComparison.Ordinal)
        && uint.TryParse(unit["user@".Length..^".service".Length], NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
