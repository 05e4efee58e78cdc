using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Groups of users: getgrnam(3).</content>
internal static unsafe partial class LibC
{
    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GroupByName(string name, Group* group, byte* buffer, nuint size, Group** found);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    public static partial int GroupById(uint id, Group* group, byte* buffer, nuint size, Group** found);

    /// <summary><c>struct group</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Group
    {
        public byte* Name;
        public byte* Password;
        public uint Id;
        public byte** Members;
    }
}
