using System.Buffers.Binary;
using Ebpf.TypeInformation;

namespace Ebpf.Tests.TypeInformation;

/// <summary>Bytes that are no BTF, or BTF that makes a careless reader run for ever.</summary>
public sealed class HostileBtfTests
{
    private const int Header = 24;
    private const int Seed = 4711;

    /// <summary>A word of the header or of the first type (at 24: name, info, third word), what it becomes, and what is said.</summary>
    [Theory]
    [InlineData(0, 0x0001_9feb, "byte 0: it was written for machines of the other byte order")]
    [InlineData(0, 0x0001_457f, "byte 0: it begins with 0xeb9f, and here is 0x457f")]
    [InlineData(0, 0x0002_eb9f, "byte 2: only version 1 without flags is known, and this is version 2 with the flags 0x0")]
    [InlineData(0, 0x0101_eb9f, "byte 2: only version 1 without flags is known, and this is version 1 with the flags 0x1")]
    [InlineData(4, 23, "byte 4: a header of 23 bytes is too short")]
    [InlineData(4, -1, "byte 4: a header of 4294967295 bytes is too short, or longer than all")]
    [InlineData(8, -4, "byte 8: the types would be")]
    [InlineData(8, 1, "byte 8: types begin at a multiple of 4")]
    [InlineData(12, -1, "byte 8: the types would be 4294967295 bytes from 24 on")]
    [InlineData(12, 13, "byte 36: a type has 12 bytes, but there are 1")]
    [InlineData(16, -1, "byte 16: the strings would be")]
    [InlineData(16, 4, "byte 16: the strings begin with the empty one, and the last ends with a zero")]
    [InlineData(20, 0, "byte 16: the strings begin with the empty one, and the last ends with a zero")]
    [InlineData(20, 5, "byte 16: the strings would be 5 bytes from")]
    [InlineData(24, 4, "byte 24: the name at 4 is behind the end of the strings, at 4 (the BTF of a module needs that of its kernel)")]
    [InlineData(24, -1, "byte 24: the name at 4294967295 is behind")]
    [InlineData(28, 0, "byte 24: type 1 is of a kind that is not known here (0x00000000)")]
    [InlineData(28, 0x1400_0000, "byte 24: type 1 is of a kind that is not known here (0x14000000)")]
    [InlineData(28, 0x0201_0000, "byte 24: type 1 is of a kind that is not known here (0x02010000)")]
    [InlineData(28, 0x0400_0001, "byte 24: type 1, of kind Structure with 1 entries, goes on behind the types' end")]
    [InlineData(28, 0x0f00_ffff, "byte 24: type 1, of kind DataSection with 65535 entries, goes on behind the types' end")]
    [InlineData(28, 0x0300_0000, "byte 24: type 1, of kind Array with 0 entries, goes on behind the types' end")]
    [InlineData(32, 2, "byte 32: there is no type 2, the last is 1")]
    [InlineData(32, -1, "byte 32: there is no type 4294967295, the last is 1")]
    public void What_is_wrong_is_said_with_its_place(int position, int word, string expected)
    {
        byte[] bytes = [.. TypeLines.Blob([0, TypeLines.Info(BtfKind.Pointer), 1]), 0, 0, 0];
        bytes[20] = 4;
        Assert.Equal(1, BtfTypes.Read(bytes).Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(position), word);
        BtfFormatException refusal = Assert.Throws<BtfFormatException>(() => BtfTypes.Read(bytes));
        Assert.StartsWith($"This is not valid BTF: {expected}", refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith($"byte {refusal.Position}:", expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_behind_the_end_of_its_structure_is_refused()
    {
        BtfFormatException refusal = Assert.Throws<BtfFormatException>(static () =>
            BtfTypes.Read(TypeLines.Blob([0, TypeLines.Info(BtfKind.Structure, 1), 4, 0, 1, 33])));
        Assert.Equal("This is not valid BTF: byte 36: this member begins behind the end of its structure of 4 bytes.", refusal.Message);
    }

    [Fact]
    public void No_truncation_of_a_blob_is_read()
    {
        byte[] bytes = TypeLines.EveryKind();
        Assert.Equal(19, BtfTypes.Read(bytes).Count);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<BtfFormatException>(() => BtfTypes.Read(bytes.AsMemory(0, length)));
        }
    }

    /// <summary>Shorter sections in a blob that is all there: what ends between two records is valid unless something refers behind it.</summary>
    [Fact]
    public void Types_that_end_anywhere_are_refused_or_read()
    {
        byte[] bytes = TypeLines.EveryKind();
        int whole = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        int read = 0;
        for (int length = 0; length <= whole; length++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), length);
            read += ReadsOrRefuses(bytes) ? 1 : 0;
        }

        // None, the first one; from the 13th on (the function refers to it) each.
        Assert.InRange(read, 3, 19);
    }

    [Fact]
    public void Random_bytes_in_a_blob_are_refused_or_read()
    {
        byte[] original = TypeLines.EveryKind();
        Random random = new(Seed);
        int read = 0;
        const int Rounds = 30_000;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = [.. original];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                // Small numbers and the largest are what counts and offsets go wrong with.
                bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => (byte)random.Next(20), 1 => 0xff, _ => (byte)random.Next(256) };
            }

            read += ReadsOrRefuses(bytes) ? 1 : 0;
        }

        Assert.InRange(read, Rounds / 20, Rounds - (Rounds / 20));
    }

    [Fact]
    public void A_type_that_refers_to_itself_is_refused_when_someone_asks()
    {
        BtfTypes types = BtfTypes.Read(TypeLines.Blob(
            [0, TypeLines.Info(BtfKind.Typedef), 1],
            [0, TypeLines.Info(BtfKind.Constant), 3],
            [0, TypeLines.Info(BtfKind.Volatile), 2],
            [0, TypeLines.Info(BtfKind.Array), 0, 4, 4, 1]));
        Assert.All((int[])[1, 2, 3, 4], id => Assert.EndsWith(
            $"type {id} refers to itself, or to a chain of more than 32 types.",
            Assert.Throws<BtfFormatException>(() => types.SizeOf(id)).Message,
            StringComparison.Ordinal));
        Assert.Throws<BtfFormatException>(() => types.FindMember(1, "x"));
        Assert.Throws<KeyNotFoundException>(() => types.FindMember(4, "x"));
    }

    [Fact]
    public void Chains_of_32_types_are_followed_and_longer_ones_are_not()
    {
        BtfTypes types = BtfTypes.Read(TypeLines.Blob(
        [
            [0, TypeLines.Info(BtfKind.Float), 8],
            .. Enumerable.Range(1, 40).Select(static id => (uint[])[0, TypeLines.Info(BtfKind.Typedef), (uint)id]),
        ]));
        Assert.Equal(8, types.SizeOf(32));
        Assert.Throws<BtfFormatException>(() => types.SizeOf(33));
    }

    [Theory]
    [InlineData(uint.MaxValue, uint.MaxValue, false)]
    [InlineData(0x1_0000, 0x1_0000, false)]
    [InlineData(0xffff, 0x1_0001, true)]
    [InlineData(0, uint.MaxValue, true)]
    public void A_size_that_overflows_is_refused(uint outer, uint inner, bool isSize)
    {
        BtfTypes types = BtfTypes.Read(TypeLines.Blob(
            [0, TypeLines.Info(BtfKind.Float), 1],
            [0, TypeLines.Info(BtfKind.Array), 0, 1, 1, inner],
            [0, TypeLines.Info(BtfKind.Array), 0, 2, 1, outer]));
        if (isSize)
        {
            Assert.Equal((long)outer * inner, types.SizeOf(3));
        }
        else
        {
            Assert.Contains("type 3 has more than 4 GiB", Assert.Throws<BtfFormatException>(() => types.SizeOf(3)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Each structure holds the next twice, without names: to search each place anew would take 2 to the power of 4,000 steps.</summary>
    [Fact]
    public void Structures_that_double_at_every_level_are_searched_once_each()
    {
        const int Levels = 4000;
        uint[][] records = [.. Enumerable.Range(1, Levels).Select(static id => (uint[])
        [
            0, TypeLines.Info(BtfKind.Structure, 2), 8,
            0, (uint)(id % Levels) + 1, 0, 0, (uint)(id % Levels) + 1, 32,
        ])];
        BtfTypes types = BtfTypes.Read(TypeLines.Blob(records));
        Assert.Throws<KeyNotFoundException>(() => types.FindMember(1, "x"));
    }

    /// <summary>A member that the sum of large offsets puts behind what an <c>int</c> holds.</summary>
    [Fact]
    public void An_offset_that_overflows_is_refused()
    {
        const int Levels = 40;
        byte[] bytes = TypeLines.Blob(
        [
            [0, TypeLines.Info(BtfKind.Structure, 1), 8, 1, 1, 0],
            .. Enumerable.Range(1, Levels).Select(static id => (uint[])[0, TypeLines.Info(BtfKind.Structure, 1), uint.MaxValue, 0, (uint)id, 0xffff_fff8]),
        ]);
        bytes = [.. bytes, (byte)'x', 0];
        bytes[20] += 2;
        BtfTypes types = BtfTypes.Read(bytes);
        Assert.Equal(0, types.FindMember(1, "x").BitOffset);
        Assert.Equal(0xffff_fff8, types.FindMember(2, "x").BitOffset);
        Assert.Contains("more than 2 GiB", Assert.Throws<BtfFormatException>(() => types.FindMember(Levels + 1, "x")).Message, StringComparison.Ordinal);
    }

    /// <summary>Asks everything that can be asked: nothing but documented exceptions may come.</summary>
    /// <returns>Whether the bytes are BTF.</returns>
    private static bool ReadsOrRefuses(byte[] bytes)
    {
        BtfTypes types;
        try
        {
            types = BtfTypes.Read(bytes);
        }
        catch (BtfFormatException e) when (e.Position >= 0 && e.Position < bytes.Length)
        {
            return false;
        }

        string[] names = ["int", "outer", "x", "number", "run"];
        for (int id = 0; id <= types.Count; id++)
        {
            Assert.InRange(types[id].Name?.Length ?? 0, 0, bytes.Length - Header);
            Assert.InRange(types.MembersOf(id).Count(), 0, bytes.Length / 12);
            Allow<InvalidOperationException>(() => types.SizeOf(id));
            Allow<KeyNotFoundException>(() => types.FindMember(id, "half"));
            Allow<KeyNotFoundException>(() => types.FindMember(id, "first.half.first"));
        }

        foreach (string name in names)
        {
            Allow<KeyNotFoundException>(() => types.FunctionId(name));
            Allow<KeyNotFoundException>(() => types.ValueOf(name));
            Allow<KeyNotFoundException, InvalidOperationException>(() => types.SizeOf(name));
            Allow<KeyNotFoundException, InvalidOperationException>(() => types.OffsetOf(name, "bits"));
        }

        return true;
    }

    private static void Allow<T>(Func<object> ask)
        where T : Exception => Allow<T, T>(ask);

    private static void Allow<TFirst, TSecond>(Func<object> ask)
        where TFirst : Exception
        where TSecond : Exception
    {
        try
        {
            _ = ask();
        }
        catch (Exception e) when (e is TFirst or TSecond or BtfFormatException)
        {
        }
    }
}
