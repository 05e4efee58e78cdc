using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hops.Guard.Tests.Addresses;

/// <summary>The registries as the data file has them, and their rule, worked out with numbers: the most specific block decides.</summary>
internal static class Registry
{
    public static IReadOnlyList<Row> Rows { get; } =
    [
        .. DataFile.Read("special-purpose.txt").Select(static columns => new Row(columns[0], columns[1], columns[2], columns[3] == "refused")),
    ];

    /// <summary>The block for which an address is to be refused.</summary>
    public static Row? Refusing(IPAddress address) =>
        Rows.Where(row => row.Family == address.AddressFamily && row.First <= Number(address) && Number(address) <= row.Last)
            .MaxBy(static row => row.PrefixLength) is { IsRefused: true } row
            ? row
            : null;

    public static UInt128 Number(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes())
        : BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());

    public static IPAddress Address(UInt128 number, AddressFamily family)
    {
        byte[] bytes = new byte[family == AddressFamily.InterNetwork ? 4 : 16];
        if (family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, checked((uint)number));
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        }

        return new IPAddress(bytes);
    }

    internal sealed record Row(string Block, string GloballyReachable, string Reference, bool IsRefused)
    {
        public AddressFamily Family => Base.AddressFamily;

        public int PrefixLength => int.Parse(Block.AsSpan(Block.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

        public UInt128 First => Number(Base);

        public UInt128 Last => First + Size - 1;

        private IPAddress Base => IPAddress.Parse(Block.AsSpan(0, Block.IndexOf('/', StringComparison.Ordinal)));

        private UInt128 Size => UInt128.One << ((Family == AddressFamily.InterNetwork ? 32 : 128) - PrefixLength);
    }
}
