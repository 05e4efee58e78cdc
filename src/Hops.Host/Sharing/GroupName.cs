using System.Globalization;

namespace Hops.Host.Sharing;

/// <summary>
/// Checks names of groups: a portable POSIX name that <c>groupadd</c> accepts, or the number of a group, which may have a name elsewhere only, as in
/// containers.
/// </summary>
/// <seealso href="https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap03.html"/>
internal static class GroupName
{
    // groupadd(8) of Debian and Fedora.
    private const int Longest = 32;

    // With (gid_t)-1 chown(2) does not change the group.
    private const uint NoGroup = uint.MaxValue;

    public static bool IsValid(string text) => TryNumber(text, out _)
        || (text.Length is > 0 and <= Longest && text[0] != '-' && !text.All(char.IsAsciiDigit)
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));

    /// <summary>A name of digits alone is always a number.</summary>
    public static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number != NoGroup && (text.Length == 1 || text[0] != '0');
}
