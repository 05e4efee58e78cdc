using System.Text;
using Ebpf.SystemCalls;

namespace Ebpf.TypeInformation;

/// <summary>
/// Represents a set of types in BTF, the kernel's type information, above all the types of the running kernel. Offsets in the kernel's structures and ids of
/// its functions differ between kernel versions.
/// </summary>
/// <remarks>
/// Reading checks all types once (about 10 ms for a whole kernel). A lookup by name searches them again (0.1 to 2 ms) and is not cached, so store its result.
/// The object references all bytes: store ids and offsets, not the object. It is immutable and thread-safe.
/// </remarks>
/// <seealso href="https://docs.kernel.org/bpf/btf.html"/>
public sealed partial class BtfTypes
{
    private const string KernelFile = "/sys/kernel/btf/vmlinux";

    private readonly BtfRecords _records;
    private readonly string _origin;

    private BtfTypes(ReadOnlyMemory<byte> bytes, string origin)
    {
        _records = new BtfRecords(bytes);
        _origin = origin;
    }

    /// <summary>Gets the number of types. Their ids are 1 to this number; the id 0 is <c>void</c>.</summary>
    public int Count => _records.Count;

    /// <summary>Gets a type by its id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no type of that id.</exception>
    public BtfType this[int id]
    {
        get
        {
            ThrowUnlessId(id);
            if (id == 0)
            {
                return default;
            }

            BtfKind kind = _records.KindOf(id);
            _ = BtfRecordLayout.TryGet(kind, out BtfRecordLayout layout);
            uint third = _records.SizeOrTypeOf(id);
            return new(
                id,
                kind,
                _records.TextOf(_records.NameOf(id)),
                layout.RefersToType || kind is BtfKind.Array or BtfKind.Forward ? 0 : third,
                kind == BtfKind.Array ? (int)_records.FixedWord(id, 0) : layout.RefersToType ? (int)third : 0,
                kind == BtfKind.Array ? _records.FixedWord(id, 2) : (uint)_records.EntriesOf(id));
        }
    }

    /// <summary>
    /// Reads the types of the running kernel from <c>/sys/kernel/btf/vmlinux</c>: about 6 MB, readable by every user. The types of modules are not included.
    /// Linux 5.4, built with <c>CONFIG_DEBUG_INFO_BTF</c>.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">This kernel does not provide its types, or this is not Linux on x64 or arm64.</exception>
    /// <exception cref="BtfFormatException">This library does not support the kernel's BTF.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read the file.</exception>
    public static BtfTypes OfKernel() => OfKernel(KernelFile);

    /// <summary>Reads BTF from memory, such as a file of <c>bpftool gen</c> or of <c>/sys/kernel/btf</c>, or a <c>.BTF</c> section.</summary>
    /// <param name="bytes">The bytes. They are not copied and must not change. They may come from an untrusted source, because all are checked.</param>
    /// <exception cref="BtfFormatException">The bytes are not BTF, or the BTF of a module, which is incomplete without that of its kernel.</exception>
    public static BtfTypes Read(ReadOnlyMemory<byte> bytes) => new(bytes, "these types");

    /// <summary>Finds the first type with a name and kind.</summary>
    /// <param name="name">The name in C, without a keyword such as <c>struct</c>: <c>sk_buff</c>.</param>
    /// <param name="kind">The kind of the type: structures, typedefs and functions may have the same name.</param>
    /// <returns>The type; null if there is none.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public BtfType? Find(string name, BtfKind kind)
    {
        int id = FindId(name, [kind]);
        return id == 0 ? null : this[id];
    }

    /// <summary>
    /// Gets the id of a kernel function, for <see cref="Instructions.Assembler.CallKernelFunction"/>. The id is valid until the next boot. The verifier may
    /// still refuse programs that call the function.
    /// </summary>
    /// <param name="name">The name of the function, such as <c>bpf_cast_to_kern_ctx</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no such function: it may belong to another kernel version or to a module.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public int FunctionId(string name) =>
        FindId(name, [BtfKind.Function]) is not 0 and var id ? id : throw new KeyNotFoundException($"There is no function '{name}' in {_origin}.");

    /// <summary>Gets the value of an enumeration constant, from the first enumeration that has it.</summary>
    /// <param name="constant">The name of the constant, such as <c>TCP_SYN_SENT</c>. Constants of <c>#define</c> are not included.</param>
    /// <returns>The value; for an unsigned 64-bit value above <see cref="long.MaxValue"/>, its bits.</returns>
    /// <exception cref="KeyNotFoundException">There is no such constant.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public long ValueOf(string constant)
    {
        byte[] bytes = Encode(constant);
        for (int id = 1; id <= Count; id++)
        {
            if (_records.KindOf(id) is not (BtfKind.Enumeration or BtfKind.Enumeration64))
            {
                continue;
            }

            int entries = _records.EntriesOf(id);
            for (int i = 0; i < entries; i++)
            {
                if (_records.IsNamed(_records.EntryWord(id, i, 0), bytes))
                {
                    return ValueOf(id, i);
                }
            }
        }

        throw new KeyNotFoundException($"There is no constant '{constant}' in {_origin}.");
    }

    /// <summary>Reads the types of a kernel from a file, with an exception that explains a missing file.</summary>
    internal static BtfTypes OfKernel(string path)
    {
        Bpf.ThrowIfUnsupported();
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PlatformNotSupportedException(
                $"This kernel does not provide its types: there is no {path}. It needs Linux 5.4, built with CONFIG_DEBUG_INFO_BTF=y, and sysfs.", e);
        }

        return new BtfTypes(bytes, "the types of this kernel");
    }

    /// <summary>Returns the value of an enumeration constant by its index.</summary>
    internal long ValueOf(int id, int entry)
    {
        uint low = _records.EntryWord(id, entry, 1);
        return _records.KindOf(id) == BtfKind.Enumeration64
            ? (long)(low | ((ulong)_records.EntryWord(id, entry, 2) << 32))
            : _records.HasFlag(id) ? (int)low : low;
    }

    /// <returns>The id of the first type with a name, of the first kind that has one; 0 if there is none.</returns>
    private int FindId(string name, ReadOnlySpan<BtfKind> inOrderOfPreference)
    {
        byte[] bytes = Encode(name);
        int best = 0;
        for (int id = 1; id <= Count && !inOrderOfPreference.IsEmpty; id++)
        {
            // Kinds are compared first, which avoids most reads of strings, because those are far apart in memory.
            int preference = inOrderOfPreference.IndexOf(_records.KindOf(id));
            if (preference >= 0 && _records.IsNamed(_records.NameOf(id), bytes))
            {
                best = id;
                inOrderOfPreference = inOrderOfPreference[..preference];
            }
        }

        return best;
    }

    /// <exception cref="ArgumentException">The name is empty.</exception>
    private static byte[] Encode(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A name must not contain a zero character.", nameof(name))
            : Encoding.UTF8.GetBytes(name);
    }

    private void ThrowUnlessId(int id)
    {
        if ((uint)id > (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The ids of {_origin} are 0 to {Count}.");
        }
    }
}
