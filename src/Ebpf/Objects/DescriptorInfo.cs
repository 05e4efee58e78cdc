using System.Globalization;
using Ebpf.SystemCalls;

namespace Ebpf.Objects;

/// <summary>
/// The information of <c>/proc/self/fdinfo</c> about a descriptor. It is available without permission for <c>bpf(2)</c>, and has fields that <c>bpf(2)</c> does
/// not return.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html"/>
internal sealed class DescriptorInfo
{
    private readonly string[] _lines;

    private DescriptorInfo(string[] lines) => _lines = lines;

    /// <summary>Reads the information once; without <c>/proc</c> no field is known.</summary>
    public static DescriptorInfo Of(FileDescriptor descriptor)
    {
        using DescriptorLease lease = new(descriptor);
        try
        {
            return new(File.ReadAllLines($"/proc/self/fdinfo/{lease.Number}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([]);
        }
    }

    /// <returns>The text after <c>field:</c>; null if this kernel does not have the field.</returns>
    public string? Text(string field) =>
        _lines.FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal)) is { } line ? line[(field.Length + 1)..].Trim() : null;

    /// <returns>The number after <c>field:</c>, decimal, or hexadecimal with <c>0x</c>; null if this kernel does not have the field.</returns>
    public long? Number(string field)
    {
        string? text = Text(field);
        bool isNumber = text is ['0', 'x', .. var digits]
            ? long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return isNumber ? value : null;
    }
}
