using System.Globalization;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

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

    /// <returns>The group's number; null if there is no group of that name here.</returns>
    public static uint? Find(string name)
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
}
