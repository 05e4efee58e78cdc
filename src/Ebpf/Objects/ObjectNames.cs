using System.Text;
using Ebpf.SystemCalls;

namespace Ebpf.Objects;

/// <summary>Names of maps and programs in the kernel's format: up to 15 characters of <c>A-Z a-z 0-9 _ .</c></summary>
internal static class ObjectNames
{
    public const int MaximumLength = 15;

    /// <exception cref="ArgumentException">The kernel would refuse the name.</exception>
    public static Bpf.ObjectName Encode(string? name)
    {
        Bpf.ObjectName encoded = default;
        if (name is null)
        {
            return encoded;
        }

        if (name.Length > MaximumLength || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
        {
            throw new ArgumentException($"'{name}' is not a name for an eBPF object: up to {MaximumLength} ASCII letters, digits, '_' and '.'.", nameof(name));
        }

        Encoding.ASCII.GetBytes(name, encoded);
        return encoded;
    }
}
