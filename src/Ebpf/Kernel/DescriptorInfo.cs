using System.Globalization;

namespace Ebpf.Kernel;

/// <summary>What <c>/proc/self/fdinfo</c> says of a descriptor: it needs no right to <c>bpf(2)</c>, and knows what that does not tell.</summary>
internal static class DescriptorInfo
{
    /// <returns>The number after <c>field:</c>; null if this kernel does not say, or <c>/proc</c> is not there.</returns>
    public static long? Read(FileDescriptor descriptor, string field)
    {
        using DescriptorLease lease = new(descriptor);
        string[] lines;
        try
        {
            lines = File.ReadAllLines($"/proc/self/fdinfo/{lease.Number}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        string? line = lines.FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(field.Length + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
    }
}
