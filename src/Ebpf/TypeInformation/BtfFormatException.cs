using System.Globalization;

namespace Ebpf.TypeInformation;

/// <summary>Bytes are no BTF that this library understands. The message says where and why.</summary>
public sealed class BtfFormatException : FormatException
{
    internal BtfFormatException(int position, string reason)
        : base(string.Create(CultureInfo.InvariantCulture, $"This is not valid BTF: byte {position}: {reason}.")) => Position = position;

    /// <summary>The byte, from 0 on, at which the record or the section begins that is wrong.</summary>
    public int Position { get; }
}
