using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hops.Common;

namespace Hops.Sharing;

/// <summary>A group of users, by name or number.</summary>
internal static unsafe class UserGroup
{
    private const int Room = 64 * 1024;

    /// <returns>The group's name, or its number where it has no name here.</returns>
    public static string NameOf(uint id)
    {
        LibC.Group group;
        LibC.Group* found = null;
        byte* buffer = (byte*)NativeMemory.Alloc(Room);
        try
        {
            return LibC.GroupById(id, &group, buffer, Room, &found) == 0 && found != null && Marshal.PtrToStringUTF8((nint)found->Name) is { Length: > 0 } name
                ? name
                : id.ToString(CultureInfo.InvariantCulture);
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    /// <summary>What lets a user measure with what is shared with a group. A group without a name here takes no members before it has one.</summary>
    public static string HowToJoin(uint id) => NameOf(id) is var name && GroupName.TryNumber(name, out _)
        ? $"sudo groupadd --gid {name} NAME, sudo usermod -aG NAME USER, then log in again (containers: --group-add {name})"
        : $"sudo usermod -aG {name} USER, then log in again (systemd: SupplementaryGroups={name})";

    /// <summary>Finds a group. The usual one is made where it does not exist (<c>groupadd</c>, or <c>addgroup</c> of BusyBox); another name that does not exist may be a mistake.</summary>
    /// <param name="nameOrNumber">What <see cref="GroupName.IsValid"/> accepts.</param>
    /// <param name="made">Whether it was made.</param>
    /// <exception cref="SharingRefusedException">There is no such group, or the usual one cannot be made.</exception>
    public static uint FindOrMake(string nameOrNumber, out bool made)
    {
        made = false;
        if (GroupName.TryNumber(nameOrNumber, out uint number))
        {
            return number;
        }

        if (Find(nameOrNumber) is { } id)
        {
            return id;
        }

        if (nameOrNumber != SharingOptions.UsualGroup)
        {
            throw new SharingRefusedException($"there is no group '{nameOrNumber}'", $"choose another with --group, or make it: {HowToMake(nameOrNumber)}");
        }

        made = Succeeds("groupadd", "--system", "--", nameOrNumber) || Succeeds("addgroup", "-S", "--", nameOrNumber);
        return (made ? Find(nameOrNumber) : null)
            ?? throw new SharingRefusedException($"there is no group '{nameOrNumber}', and making it failed", $"{HowToMake(nameOrNumber)}, or choose another with --group");
    }

    private static uint? Find(string name)
    {
        LibC.Group group;
        LibC.Group* found = null;
        byte* buffer = (byte*)NativeMemory.Alloc(Room);
        try
        {
            return LibC.GroupByName(name, &group, buffer, Room, &found) == 0 && found != null ? found->Id : null;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static string HowToMake(string name) =>
        SystemProgram.Find("groupadd") is null && SystemProgram.Find("addgroup") is not null ? $"sudo addgroup -S {name}" : $"sudo groupadd --system {name}";

    private static bool Succeeds(string program, params string[] arguments)
    {
        if (SystemProgram.Find(program) is not { } path)
        {
            return false;
        }

        ProcessStartInfo start = SystemProgram.Command(path, arguments);
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // It cannot be executed here.
            return false;
        }
    }
}
