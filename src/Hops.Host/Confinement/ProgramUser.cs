using System.Globalization;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>Represents the user that a confined program runs as.</summary>
public sealed record ProgramUser
{
    private const int Room = 64 * 1024;
    private const int MostGroups = 65536;

    /// <summary>Gets the user ID. It must not be 0: root can leave a cgroup even without any capability.</summary>
    public required uint Id { get; init; }

    /// <summary>Gets the ID of the primary group.</summary>
    public required uint GroupId { get; init; }

    /// <summary>Gets the IDs of all groups.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];

    /// <summary>Gets the name; null if the user ID has no name on this host.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the home folder; null if the user ID has no name.</summary>
    public string? Home { get; init; }

    /// <summary>Gets the login shell; null if the user ID has no name.</summary>
    public string? Shell { get; init; }

    /// <summary>Finds a user of this host (getpwnam(3)).</summary>
    /// <param name="nameOrNumber">A user name, or a user ID, which need not have a name.</param>
    /// <exception cref="ConfinementException">There is no user of that name, or the user is root.</exception>
    public static ProgramUser Find(string nameOrNumber)
    {
        ArgumentNullException.ThrowIfNull(nameOrNumber);
        bool isNumber = uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue;
        ProgramUser user = Read(nameOrNumber, isNumber ? number : null)
            ?? (isNumber ? new() { Id = number, GroupId = number, Groups = [number] } : throw new ConfinementException($"there is no user '{nameOrNumber}'"));
        return user.Id != 0
            ? user
            : throw new ConfinementException(
                "a guarded program cannot run as root: uid 0 leaves a control group by writing to cgroup.procs of another, even without any capability");
    }

    private static unsafe ProgramUser? Read(string name, uint? id)
    {
        LibC.User user;
        LibC.User* found = null;
        byte* buffer = (byte*)NativeMemory.Alloc(Room);
        try
        {
            int error = id is { } number ? LibC.UserById(number, &user, buffer, Room, &found) : LibC.UserByName(name, &user, buffer, Room, &found);
            return error != 0 || found == null ? null : new()
            {
                Id = found->Id,
                GroupId = found->GroupId,
                Groups = GroupsOf(found),
                Name = Marshal.PtrToStringUTF8((nint)found->Name),
                Home = Marshal.PtrToStringUTF8((nint)found->Home),
                Shell = Marshal.PtrToStringUTF8((nint)found->Shell),
            };
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static unsafe uint[] GroupsOf(LibC.User* user)
    {
        uint[] groups = new uint[MostGroups];
        int count = groups.Length;
        fixed (uint* first = groups)
        {
            return LibC.GroupsOf(user->Name, user->GroupId, first, &count) >= 0 ? groups[..count] : [user->GroupId];
        }
    }
}
