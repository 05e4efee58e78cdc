using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ebpf.Tests.SystemCalls;

/// <summary>Our numbers, each with the C expression that must have the same value. <c>@6.2</c> after a C name: headers know it from that version on.</summary>
internal sealed class HeaderTable
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly List<(string Name, string Expression, long Value, Version Since)> _rows = [];

    public IReadOnlyList<(string Name, string Expression, long Value, Version Since)> Rows => _rows;

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

            (string member, Version since) = Split(cName);
            (_, int offset, int size) = fields.Single(f => f.Name == field);
            string path = within is null ? member : $"{within}.{member}";
            _rows.Add(($"{typeof(T).Name}.{field} offset", $"__builtin_offsetof({type}, {path})", offset, since));
            _rows.Add(($"{typeof(T).Name}.{field} size", $"sizeof((({type} *)0)->{path})", size, since));
        }

        // What lies beyond the last field is padding that is written out, or there is none.
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
        Constants(context, pairs, member => $"__builtin_offsetof({type}, {member})", except);

    /// <summary>All constants of a class, or values of an enumeration.</summary>
    public HeaderTable Constants(Type type, string pairs, params string[] except) => Constants(type, pairs, static name => name, except);

    /// <summary>An enumeration whose values have the names of C.</summary>
    public HeaderTable SameNames(Type type, params string[] except) =>
        Constants(type, string.Join('\n', Enum.GetNames(type).Except(except).Select(static n => $"{n} {n}")), except);

    private HeaderTable Constants(Type type, string pairs, Func<string, string> expression, string[] except)
    {
        Dictionary<string, string> table = pairs.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' ', 2))
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
        FieldInfo[] constants = [.. type.GetFields(Any).Where(static f => f.IsLiteral)];
        Assert.Equal(constants.Select(static f => f.Name).Except(except).Order(), table.Keys.Order());
        foreach (FieldInfo constant in constants.Where(f => table.ContainsKey(f.Name)))
        {
            (string name, Version since) = Split(table[constant.Name]);
            _rows.Add(($"{type.Name}.{constant.Name}", expression(name), Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture), since));
        }

        return this;
    }

    private static (string Name, Version Since) Split(string name) =>
        name.Split('@') is [var plain, var since] ? (plain, Version.Parse(since)) : (name, new Version(0, 0));
}
