using System.Text;
using Ebpf.SystemCalls;

namespace Ebpf.TypeInformation;

/// <summary>
/// Types in BTF, the kernel's format for them: above all those of the running kernel, whose structures have other offsets in every version and whose
/// functions have other ids.
/// </summary>
/// <remarks>
/// Reading looks at all types once (about 10 ms for a whole kernel); a look-up by name goes through them again (0.1 to 2 ms) and remembers nothing: keep
/// what it returns. The object keeps the bytes: keep ids and offsets rather than the object. It never changes and may be used from any thread.
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

    /// <summary>How many types there are. Their ids are 1 to this; the id 0 stands for <c>void</c>.</summary>
    public int Count => _records.Count;

    /// <summary>A type by its id.</summary>
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
    /// Reads the types of the running kernel from <c>/sys/kernel/btf/vmlinux</c>: about 6 MB, which everyone may read. Those of modules are not among them.
    /// Linux 5.4, built with <c>CONFIG_DEBUG_INFO_BTF</c>.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">This kernel does not tell its types, or this is not Linux on x64 or arm64.</exception>
    /// <exception cref="BtfFormatException">This library does not understand what the kernel tells.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static BtfTypes OfKernel() => OfKernel(KernelFile);

    /// <summary>Reads BTF from memory, such as a file of <c>bpftool gen</c> or of <c>/sys/kernel/btf</c>, or a <c>.BTF</c> section.</summary>
    /// <param name="bytes">Not copied: they must stay as they are. They may be anyone's: all are checked.</param>
    /// <exception cref="BtfFormatException">The bytes are no BTF, or that of a module, which begins in that of its kernel.</exception>
    public static BtfTypes Read(ReadOnlyMemory<byte> bytes) => new(bytes, "these types");

    /// <summary>Finds the first type of a name.</summary>
    /// <param name="name">As C writes it, without <c>struct</c> or the like: <c>sk_buff</c>.</param>
    /// <param name="kind">What it must be: structures, typedefs and functions may have the same name.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public BtfType? Find(string name, BtfKind kind)
    {
        int id = FindId(name, [kind]);
        return id == 0 ? null : this[id];
    }

    /// <summary>
    /// The id of a function, for <see cref="Instructions.Assembler.CallKernelFunction"/>. It is good until the next boot. That there is such a function does
    /// not mean that programs may call it: the verifier decides.
    /// </summary>
    /// <param name="name">Such as <c>bpf_cast_to_kern_ctx</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no such function: another kernel has it, or a module.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public int FunctionId(string name) =>
        FindId(name, [BtfKind.Function]) is not 0 and var id ? id : throw new KeyNotFoundException($"There is no function '{name}' in {_origin}.");

    /// <summary>The value of an enumeration's constant, whichever enumeration that is: the first.</summary>
    /// <param name="constant">Such as <c>TCP_SYN_SENT</c>. Constants of <c>#define</c> are not known.</param>
    /// <returns>The value; of an unsigned 64-bit one above <see cref="long.MaxValue"/>, its bits.</returns>
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

    /// <summary>Reads the types of a kernel from a file that says so when it is missing.</summary>
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
                $"This kernel does not tell its types: there is no {path}. That takes Linux 5.4, built with CONFIG_DEBUG_INFO_BTF=y, and sysfs.", e);
        }

        return new BtfTypes(bytes, "the types of this kernel");
    }

    /// <summary>The value of an enumeration's constant by its place.</summary>
    internal long ValueOf(int id, int entry)
    {
        uint low = _records.EntryWord(id, entry, 1);
        return _records.KindOf(id) == BtfKind.Enumeration64
            ? (long)(low | ((ulong)_records.EntryWord(id, entry, 2) << 32))
            : _records.HasFlag(id) ? (int)low : low;
    }

    /// <returns>The first type of a name, of the first kind of those that has one; 0 if there is none.</returns>
    private int FindId(string name, ReadOnlySpan<BtfKind> inOrderOfPreference)
    {
        byte[] bytes = Encode(name);
        int best = 0;
        for (int id = 1; id <= Count && !inOrderOfPreference.IsEmpty; id++)
        {
            // Comparing kinds first: it spares most of the reads of strings, which lie far apart.
            int preference = inOrderOfPreference.IndexOf(_records.KindOf(id));
            if (preference >= 0 && _records.IsNamed(_records.NameOf(id), bytes))
            {
                best = id;
                inOrderOfPreference = inOrderOfPreference[..preference];
            }
        }

        return best;
    }

    /// <exception cref="ArgumentException">There is no name.</exception>
    private static byte[] Encode(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("No name contains a zero character.", nameof(name))
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
