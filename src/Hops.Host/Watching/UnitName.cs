using System.Globalization;
using System.Text;

namespace Hops.Host.Watching;

/// <summary>Names of systemd's units (systemd.unit(5)), of the kinds that have cgroups.</summary>
internal static class UnitName
{
    private const string Slice = ".slice";
    private const string Service = ".service";
    private const int Longest = 255;

    private static readonly string[] KindsWithProcesses = [Service, ".scope", ".socket", ".mount", ".swap"];
    private static readonly string[] OtherKinds = [Slice, ".target", ".timer", ".path", ".device", ".automount"];

    /// <summary>Whether a cgroup of this name is one of a unit that has processes.</summary>
    public static bool IsOfProcesses(string name) => KindsWithProcesses.Any(kind => IsValid(name, kind));

    public static bool IsSlice(string name) => IsValid(name, Slice);

    /// <summary>
    /// A name without the underscore that systemd puts before those which could be files of the kernel's, such as <c>cgroup.service</c> (cg_escape).
    /// </summary>
    public static string OfFolder(string name) => name.StartsWith('_') ? name[1..] : name;

    /// <summary>The unit that somebody means: without a suffix a service; what no unit's name can have is escaped, as systemd does.</summary>
    public static string Complete(string name)
    {
        StringBuilder unit = new();
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            char c = (char)b;
            unit.Append(c == '/' ? "-" : IsAllowed(c) || c == '@' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"));
        }

        string all = unit.ToString();
        return KindsWithProcesses.Concat(OtherKinds).Any(kind => all.EndsWith(kind, StringComparison.Ordinal)) ? all : all + Service;
    }

    /// <summary>The text that systemd has escaped as <c>\x2d</c>.</summary>
    /// <returns>Null where an escape is none.</returns>
    public static string? Unescape(string text)
    {
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
            }
            else if (i + 3 < text.Length && text[i + 1] == 'x' && char.IsAsciiHexDigitLower(text[i + 2]) && char.IsAsciiHexDigitLower(text[i + 3]))
            {
                plain.Append((char)Convert.ToByte(text[(i + 2)..(i + 4)], 16));
                i += 3;
            }
            else
            {
                return null;
            }
        }

        return plain.ToString();
    }

    /// <summary>A prefix, of a template an instance behind <c>@</c>, and the kind.</summary>
    private static bool IsValid(string name, string kind)
    {
        if (name.Length > Longest || !name.EndsWith(kind, StringComparison.Ordinal))
        {
            return false;
        }

        string stem = name[..^kind.Length];
        int at = stem.IndexOf('@', StringComparison.Ordinal);
        (string prefix, string? instance) = at < 0 ? (stem, null) : (stem[..at], stem[(at + 1)..]);
        return prefix.Length > 0 && prefix.All(IsAllowed) && (instance is null || (instance.Length > 0 && instance.All(static c => IsAllowed(c) || c == '@')));
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.' or '\\';
}
