using System.Globalization;

namespace Ebpf.TypeInformation;

/// <summary>The exception that is thrown when bytes are not BTF that this library supports. The message has the position and the reason.</summary>
public sealed class BtfFormatException : FormatException
{
    internal BtfFormatException(int position, string reason)
        : base(string.Create(CultureInfo.InvariantCulture, $"This is not valid BTF: byte {position}: {reason}.")) => Position = position;

    /// <summary>Gets the position of the invalid record or section in bytes, from 0 on.</summary>
    public int Position { get; }
}
