namespace Hops.Host.Watching;

/// <summary>Represents a form of the paths of a container engine's cgroups, as a pattern.</summary>
/// <param name="pattern">
/// Parts between slashes. <c>**</c>, at the start only, matches any number of slices; <c>|</c> separates alternatives of a part; a part that ends with
/// <c>?</c> is optional. In a part, <c>{id}</c> matches the 64 hexadecimal digits of a container, <c>{pod}</c> the UUID of a pod (with <c>-</c> or, in slices,
/// <c>_</c>) or the 32 digits of a static one, <c>{id-of-pod}</c> the 64 digits of a Podman pod, <c>{name}</c> the name of a container and <c>{escaped}</c> one
/// that systemd has escaped. All other characters match themselves.
/// </param>
internal sealed class CgroupForm(string pattern)
{
    private const int IdLength = 64;
    private const int StaticPodLength = 32;
    private const int LongestName = 64;
    private const string VirtualMachine = "qemu-";

    private readonly string[] _parts = pattern.StartsWith("**/", StringComparison.Ordinal) ? pattern[3..].Split('/') : pattern.Split('/');
    private readonly bool _isInSlices = pattern.StartsWith("**/", StringComparison.Ordinal);

    /// <param name="path">The parts of a path, from where a container can begin.</param>
    /// <param name="found">The names that were found.</param>
    /// <returns>The number of matching parts; 0 if the path does not have this form.</returns>
    public int Match(ReadOnlySpan<string> path, out CgroupName found)
    {
        for (int slices = 0; slices < path.Length; slices++)
        {
            found = new();
            if (Match(_parts, path[slices..], ref found) is var count and > 0)
            {
                return slices + count;
            }

            if (!_isInSlices || !UnitName.IsSlice(path[slices]))
            {
                break;
            }
        }

        found = new();
        return 0;
    }

    private static int Match(ReadOnlySpan<string> parts, ReadOnlySpan<string> path, ref CgroupName found)
    {
        int used = 0;
        foreach (string part in parts)
        {
            bool isOptional = part.EndsWith('?');
            if (used < path.Length && MatchesAny(part.TrimEnd('?').Split('|'), path[used], ref found))
            {
                used++;
            }
            else if (!isOptional)
            {
                return 0;
            }
        }

        return used;
    }

    private static bool MatchesAny(string[] alternatives, string text, ref CgroupName found)
    {
        foreach (string alternative in alternatives)
        {
            if (Match(alternative, text, found) is { } more)
            {
                found = more;
                return true;
            }
        }

        return false;
    }

    private static CgroupName? Match(string part, string text, CgroupName found)
    {
        int at = 0;
        for (int i = 0; i < part.Length; i++)
        {
            if (part[i] != '{')
            {
                if (at == text.Length || text[at] != part[i])
                {
                    return null;
                }

                at++;
                continue;
            }

            int end = part.IndexOf('}', i);
            string kind = part[(i + 1)..end];
            int length = LengthOf(kind, text, at, behind: part.Length - end - 1);
            if (length <= 0 || at + length > text.Length || With(found, kind, text.Substring(at, length)) is not { } more)
            {
                return null;
            }

            found = more;
            at += length;
            i = end;
        }

        return at == text.Length ? found : null;
    }

    private static int LengthOf(string kind, string text, int at, int behind) => kind switch
    {
        "id" or "id-of-pod" => IdLength,
        "pod" => at + 8 < text.Length && text[at + 8] is '-' or '_' ? "00000000-0000-0000-0000-000000000000".Length : StaticPodLength,
        _ => text.Length - at - behind,
    };

    private static CgroupName? With(CgroupName found, string kind, string text) => kind switch
    {
        "id" => IsHexadecimal(text) ? found with { Container = text } : null,
        "id-of-pod" => IsHexadecimal(text) ? found with { Pod = text } : null,
        "pod" => text.Length == StaticPodLength
            ? IsHexadecimal(text) ? found with { Pod = text } : null
            : UuidOf(text) is { } uuid ? found with { Pod = uuid } : null,
        "name" => IsName(text) ? found with { Container = text } : null,
        _ => UnitName.Unescape(text) is { } plain && IsName(plain) && !plain.StartsWith(VirtualMachine, StringComparison.Ordinal)
            ? found with { Container = plain }
            : null,
    };

    private static bool IsHexadecimal(string text) => text.All(char.IsAsciiHexDigitLower);

    private static string? UuidOf(string text)
    {
        string uuid = text.Replace('_', '-');
        return Guid.TryParseExact(uuid, "D", out Guid parsed) && parsed.ToString("D") == uuid && !(text.Contains('-') && text.Contains('_')) ? uuid : null;
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text[0] is not ('.' or '-') && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
