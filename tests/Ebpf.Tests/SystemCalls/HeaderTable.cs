using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Ebpf.TypeInformation;

namespace Ebpf.Tests.SystemCalls;

/// <summary>
/// Our numbers, each with the C expression that must have the same value. <c>@6.2</c> after a C name: headers know it from that version on. <c>#</c> before it:
/// it is a macro, and newer than the headers may be.
/// </summary>
internal sealed class HeaderTable
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly List<HeaderRow> _rows = [];

    public IReadOnlyList<HeaderRow> Rows => _rows;

    /// <summary>A structure: offset and size of each field.</summary>
    /// <param name="type">The C type: <c>union bpf_attr</c>.</param>
    /// <param name="members">
    /// The C names of its public fields, in their order, with blanks between them; <c>-</c> for bit fields, which have no address.
    /// </param>
    /// <param name="within">The member that they are members of: <c>link_create</c>.</param>
    public HeaderTable Structure<T>(string type, string members, string? within = null)
        where T : unmanaged
    {
        (string Name, int Offset, int Size)[] fields = [.. MemoryLayout.Of<T>()];
        string[] names = members.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.True(fields.Length == names.Length, $"{typeof(T).Name} has {fields.Length} fields, and the table {names.Length} names for them.");
        foreach ((string field, string cName) in fields.Zip(names, static (f, c) => (f.Name, c)))
        {
            if (cName == "-")
            {
                continue;
            }

            (string member, Version since, _) = Split(cName);
            (_, int offset, int size) = fields.Single(f => f.Name == field);
            string path = within is null ? member : $"{within}.{member}";
            Add($"{typeof(T).Name}.{field} offset", $"__builtin_offsetof({type}, {path})", offset, since, kernel => kernel.OffsetOf(TagOf(type), path));
            Add($"{typeof(T).Name}.{field} size", $"sizeof((({type} *)0)->{path})", size, since, kernel => SizeOf(kernel, TagOf(type), path));
        }

        // Padding after the last field is declared as a field.
        int end = fields.Max(static f => f.Offset + f.Size);
        Assert.InRange(Unsafe.SizeOf<T>(), end, end + 7);
        return this;
    }

    /// <summary>A class of offsets into a C structure.</summary>
    /// <param name="context">The class.</param>
    /// <param name="type">The C type.</param>
    /// <param name="pairs">A line for each constant: our name and theirs.</param>
    /// <param name="except">Constants that are not offsets.</param>
    public HeaderTable Offsets(Type context, string type, string pairs, params string[] except) =>
        Constants(
            context, pairs, member => $"__builtin_offsetof({type}, {member})", (kernel, member) => kernel.OffsetOf(TagOf(type), member), except);

    /// <summary>All constants of a class, or values of an enumeration.</summary>
    public HeaderTable Constants(Type type, string pairs, params string[] except) =>
        Constants(type, pairs, static name => name, static (kernel, name) => kernel.ValueOf(name), except);

    /// <summary>An enumeration whose values have the names of C.</summary>
    public HeaderTable SameNames(Type type, params string[] except) =>
        Constants(type, string.Join('\n', Enum.GetNames(type).Except(except).Select(static n => $"{n} {n}")), except);

    private HeaderTable Constants(Type type, string pairs, Func<string, string> expression, Func<BtfTypes, string, long> find, string[] except)
    {
        Dictionary<string, string> table = pairs.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' ', 2))
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
        FieldInfo[] constants = [.. type.GetFields(Any).Where(static f => f.IsLiteral)];
        Assert.Equal(constants.Select(static f => f.Name).Except(except).Order(), table.Keys.Order());
        foreach (FieldInfo constant in constants.Where(f => table.ContainsKey(f.Name)))
        {
            (string name, Version since, bool isMacro) = Split(table[constant.Name]);
            long value = Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
            Add($"{type.Name}.{constant.Name}", expression(name), value, since, kernel => find(kernel, name), isMacro);
        }

        return this;
    }

    private void Add(string name, string expression, long value, Version since, Func<BtfTypes, long> find, bool isMacro = false) =>
        _rows.Add(new HeaderRow(name, expression, value, since, isMacro, find));

    private static long SizeOf(BtfTypes kernel, string structure, string path) => kernel.SizeOf(kernel.FindMember(structure, path).TypeId);

    // BTF has the names without the word before them.
    private static string TagOf(string type) => type.Split(' ')[^1];

    private static (string Name, Version Since, bool IsMacro) Split(string name)
    {
        string[] parts = name.TrimStart('#').Split('@');
        return (parts[0], parts is [_, var since] ? Version.Parse(since) : new Version(0, 0), name.StartsWith('#'));
    }
}
