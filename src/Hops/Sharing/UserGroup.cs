using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

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

    /// <returns>The group's number; null if there is no such group.</returns>
    public static uint? Find(string nameOrNumber)
    {
        LibC.Group group;
        LibC.Group* found = null;
        byte* buffer = (byte*)NativeMemory.Alloc(Room);
        try
        {
            return LibC.GroupByName(nameOrNumber, &group, buffer, Room, &found) == 0 && found != null ? found->Id
                : uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
                : null;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    /// <summary>Finds a group, or makes a system group of that name (<c>groupadd</c>, or <c>addgroup</c> of BusyBox).</summary>
    /// <exception cref="SharingRefusedException">It cannot be made.</exception>
    public static uint FindOrMake(string nameOrNumber)
    {
        if (Find(nameOrNumber) is { } id)
        {
            return id;
        }

        return Succeeds("groupadd", "--system", "--", nameOrNumber) || Succeeds("addgroup", "-S", "--", nameOrNumber)
            ? Find(nameOrNumber) ?? throw NotMade(nameOrNumber)
            : throw NotMade(nameOrNumber);
    }

    private static SharingRefusedException NotMade(string name) =>
        new($"there is no group '{name}', and making one failed", $"sudo groupadd --system {name}, or choose another with --group");

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program here.
            return false;
        }
    }
}
