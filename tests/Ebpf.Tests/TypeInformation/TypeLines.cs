using System.Buffers.Binary;
using Ebpf.TypeInformation;

namespace Ebpf.Tests.TypeInformation;

/// <summary>All that we read of BTF: a line for each type and for each of its entries.</summary>
internal static class TypeLines
{
    private static readonly string[] Kinds =
    [
        "", "INT", "PTR", "ARRAY", "STRUCT", "UNION", "ENUM", "FWD", "TYPEDEF", "VOLATILE", "CONST", "RESTRICT", "FUNC", "FUNC_PROTO", "VAR", "DATASEC",
        "FLOAT", "DECL_TAG", "TYPE_TAG", "ENUM64",
    ];

    public static IEnumerable<string> Of(byte[] bytes)
    {
        BtfTypes types = BtfTypes.Read(bytes);
        BtfRecords records = new(bytes);
        for (int id = 1; id <= types.Count; id++)
        {
            BtfType type = types[id];
            string head = $"[{id}] {Kinds[(int)type.Kind]} {type.Name ?? "-"}";
            yield return type.Kind switch
            {
                BtfKind.Forward => head,
                BtfKind.Integer or BtfKind.Float => $"{head} size={type.Size}",
                BtfKind.Array => $"{head} type={type.TypeId} vlen={type.Count}",
                BtfKind.FunctionPrototype => $"{head} type={type.TypeId} vlen={type.Count}",
                BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.DataSection =>
                    $"{head} size={type.Size} vlen={type.Count}",
                _ => $"{head} type={type.TypeId}",
            };

            foreach (BtfMember member in types.MembersOf(id))
            {
                yield return $"\t{member.Name ?? "-"} type={member.TypeId} bits={member.BitOffset}{(member.BitSize == 0 ? "" : $" field={member.BitSize}")}";
            }

            for (int i = 0; i < type.Count && type.Kind is not (BtfKind.Structure or BtfKind.Union or BtfKind.Array); i++)
            {
                yield return type.Kind switch
                {
                    BtfKind.FunctionPrototype => $"\t{records.TextOf(records.EntryWord(id, i, 0)) ?? "-"} type={records.EntryWord(id, i, 1)}",
                    BtfKind.DataSection => $"\t- type={records.EntryWord(id, i, 0)} offset={records.EntryWord(id, i, 1)} size={records.EntryWord(id, i, 2)}",
                    BtfKind.Enumeration64 when !records.HasFlag(id) =>
                        $"\t{records.TextOf(records.EntryWord(id, i, 0))} value={(ulong)types.ValueOf(id, i)}",
                    _ => $"\t{records.TextOf(records.EntryWord(id, i, 0))} value={types.ValueOf(id, i)}",
                };
            }
        }
    }

    /// <summary>A blob of one type of every kind, in an order in which all of them are referred to.</summary>
    public static byte[] EveryKind()
    {
        List<uint> words = [];
        List<byte> strings = [0];
        Add("int", BtfKind.Integer, 0, 4, 0x0100_0020);
        Add(null, BtfKind.Pointer, 0, 4);
        Add(null, BtfKind.Array, 0, 0, 1, 1, 3);
        Add("outer", BtfKind.Structure, 0x8000_0000 | 3, 16, Name("first"), 1, 0, Name(""), 5, 32, Name("bits"), 1, (3 << 24) | 64);
        Add(null, BtfKind.Union, 2, 4, Name("whole"), 1, 0, Name("half"), 8, 0);
        Add("colour", BtfKind.Enumeration, 0x8000_0000 | 2, 4, Name("red"), 0, Name("none"), uint.MaxValue);
        Add("hidden", BtfKind.Forward, 0, 0);
        Add("number", BtfKind.Typedef, 0, 9);
        Add(null, BtfKind.Volatile, 0, 10);
        Add(null, BtfKind.Constant, 0, 11);
        Add(null, BtfKind.Restrict, 0, 1);
        Add("run", BtfKind.Function, 1, 13);
        Add(null, BtfKind.FunctionPrototype, 1, 1, Name("left"), 2);
        Add("counter", BtfKind.Variable, 0, 1, 1);
        Add(".data", BtfKind.DataSection, 1, 4, 14, 0, 4);
        Add("double", BtfKind.Float, 0, 8);
        Add("bpf_kfunc", BtfKind.DeclarationTag, 0, 12, uint.MaxValue);
        Add("rcu", BtfKind.TypeTag, 0, 4);
        Add("wide", BtfKind.Enumeration64, 2, 8, Name("large"), 1, 2, Name("most"), uint.MaxValue, uint.MaxValue);
        return Blob(words, strings);

        uint Name(string name)
        {
            uint offset = name.Length == 0 ? 0 : (uint)strings.Count;
            strings.AddRange(name.Length == 0 ? [] : [.. System.Text.Encoding.UTF8.GetBytes(name), 0]);
            return offset;
        }

        void Add(string? name, BtfKind kind, uint info, uint third, params uint[] rest) =>
            words.AddRange([Name(name ?? ""), ((uint)kind << 24) | info, third, .. rest]);
    }

    /// <summary>A blob of records without names, each given as its words; no strings but the empty one.</summary>
    public static byte[] Blob(params uint[][] records) => Blob([.. records.SelectMany(static words => words)], [0]);

    public static uint Info(BtfKind kind, int entries = 0) => ((uint)kind << 24) | (uint)entries;

    private static byte[] Blob(List<uint> words, List<byte> strings)
    {
        byte[] bytes = new byte[24 + (words.Count * 4) + strings.Count];
        uint[] header = [0x0001_eb9f, 24, 0, (uint)words.Count * 4, (uint)words.Count * 4, (uint)strings.Count];
        int position = 0;
        foreach (uint word in header.Concat(words))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(position), word);
            position += 4;
        }

        strings.CopyTo(bytes, position);
        return bytes;
    }
}
