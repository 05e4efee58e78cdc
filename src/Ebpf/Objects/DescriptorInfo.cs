using System.Globalization;
using Ebpf.SystemCalls;

namespace Ebpf.Objects;

/// <summary>What <c>/proc/self/fdinfo</c> says of a descriptor: it needs no right to <c>bpf(2)</c>, and knows what that does not tell.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html"/>
internal sealed class DescriptorInfo
{
    private readonly string[] _lines;

    private DescriptorInfo(string[] lines) => _lines = lines;

    /// <summary>Asks once; where <c>/proc</c> is not there, no field is known.</summary>
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

    /// <returns>What follows <c>field:</c>; null if this kernel does not say.</returns>
    public string? Text(string field) =>
        _lines.FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal)) is { } line ? line[(field.Length + 1)..].Trim() : null;

    /// <returns>The number after <c>field:</c>, decimal, or hexadecimal with <c>0x</c>; null if this kernel does not say.</returns>
    public long? Number(string field)
    {
        string? text = Text(field);
        bool isNumber = text is ['0', 'x', .. var digits]
            ? long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return isNumber ? value : null;
    }
}
