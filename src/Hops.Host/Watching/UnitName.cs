using System.Globalization;
using System.Text;

namespace Hops.Host.Watching;

/// <summary>Checks and completes names of systemd's units (systemd.unit(5)), of the types that have cgroups.</summary>
internal static class UnitName
{
    private const string Slice = ".slice";
    private const string Service = ".service";
    private const int Longest = 255;

    private static readonly string[] KindsWithProcesses = [Service, ".scope", ".socket", ".mount", ".swap"];
    private static readonly string[] OtherKinds = [Slice, ".target", ".timer", ".path", ".device", ".automount"];

    /// <summary>Returns whether this is the name of a unit of a type that has processes.</summary>
    public static bool IsOfProcesses(string name) => KindsWithProcesses.Any(kind => IsValid(name, kind));

    public static bool IsSlice(string name) => IsValid(name, Slice);

    /// <summary>
    /// Removes the underscore that systemd adds before names that could be files of the kernel, such as <c>cgroup.service</c> (cg_escape).
    /// </summary>
    public static string OfFolder(string name) => name.StartsWith('_') ? name[1..] : name;

    /// <summary>Completes a name as systemd does: adds <c>.service</c> if it has no suffix, and escapes characters that names of units cannot have.</summary>
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

    /// <summary>Unescapes a name in which systemd has escaped characters, such as <c>\x2d</c>.</summary>
    /// <returns>Null if an escape is not valid.</returns>
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

    /// <summary>Returns whether a name has a prefix, for a template an instance after <c>@</c>, and the suffix of the kind.</summary>
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
