using System.Buffers;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Hops.Cli.Output;

/// <summary>
/// Writes a JSON object on one line. A field without a value is left out, unless its method says otherwise. The schemas in <c>docs</c> name the fields,
/// which are only ever added; their names are ASCII and need no escapes.
/// </summary>
/// <remarks>A watch writes hundreds of thousands of lines. A general writer, with its additional checks, took twice as long.</remarks>
internal sealed class JsonLine
{
    /// <summary>The characters that need no escape in a string.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code).Except(['"', '\\'])]);

    /// <summary>The maximum length of a number, and of an address with a zone.</summary>
    private const int LongestValue = 80;

    // One thread writes a line from its beginning to its end.
    [ThreadStatic]
    private static JsonLine? _own;

    private byte[] _bytes = new byte[1024];
    private int _length;

    private JsonLine()
    {
    }

    /// <summary>Returns an object as a text.</summary>
    /// <param name="fill">Adds its fields.</param>
    public static string Of(Action<JsonLine> fill) => Encoding.UTF8.GetString(BytesOf(fill, static (json, fill) => fill(json)));

    /// <summary>Returns an object in UTF-8.</summary>
    /// <param name="subject">The value that the object describes.</param>
    /// <param name="fill">Adds its fields.</param>
    /// <returns>The object, valid until this thread creates the next.</returns>
    public static ReadOnlySpan<byte> BytesOf<T>(T subject, Action<JsonLine, T> fill)
    {
        JsonLine line = _own ??= new();
        line._length = 0;
        line.Append("{"u8);
        fill(line, subject);
        line.Append("}"u8);
        return line._bytes.AsSpan(..line._length);
    }

    public void Add(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            AddOrNull(name, value);
        }
    }

    /// <summary>Adds a field that is <c>null</c> if it has no value.</summary>
    public void AddOrNull(ReadOnlySpan<byte> name, string? value)
    {
        Begin(name);
        if (value is null)
        {
            Append("null"u8);
        }
        else
        {
            AppendText(value);
        }
    }

    public void Add(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            Begin(name);
            Append(number);
        }
    }

    /// <summary>Adds milliseconds, to the microsecond.</summary>
    public void Add(ReadOnlySpan<byte> name, TimeSpan value)
    {
        // A decimal has exactly the printed digits, three of them after the point; for a double they would have to be calculated.
        long microseconds = (long)Math.Round(value.TotalMicroseconds);
        ulong digits = (ulong)Math.Abs(microseconds);
        Begin(name);
        Append(new decimal((int)digits, (int)(digits >> 32), 0, microseconds < 0, scale: 3));
    }

    /// <summary>Adds the fields of a distance, which have the same names everywhere.</summary>
    public void Add(HopDistance distance)
    {
        Add("receivedTtl"u8, distance.ReceivedTtl);
        Add("initialTtl"u8, distance.InitialTtl);
        Add("hops"u8, distance.Hops);
        Add("plausible"u8, distance.IsPlausible);
    }

    /// <summary>Adds a number of 64 bits as a text, because not all readers of JSON support such numbers.</summary>
    public void AddText(ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number)
        {
            Begin(name);
            AppendQuoted(number);
        }
    }

    public void Add(ReadOnlySpan<byte> name, IPAddress value)
    {
        Begin(name);
        AppendQuoted(value);
    }

    public void Add(ReadOnlySpan<byte> name, bool value)
    {
        Begin(name);
        Append(value ? "true"u8 : "false"u8);
    }

    /// <summary>Adds a time with its milliseconds, UTC.</summary>
    public void Add(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Begin(name);
        // The fast format has seven digits after the second: 2026-11-27T18:45:00.1234567Z.
        Span<byte> text = Room(1 + 28);
        text[0] = (byte)'"';
        value.UtcDateTime.TryFormat(text[1..], out _, "O", CultureInfo.InvariantCulture);
        "Z\""u8.CopyTo(text[24..]);
        _length += 26;
    }

    /// <summary>Adds a time that is known to the second, UTC; <c>null</c> without a value.</summary>
    public void AddSecondOrNull(ReadOnlySpan<byte> name, DateTimeOffset? value) =>
        AddOrNull(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public void Add(ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        Begin(name);
        Append("["u8);
        foreach (string value in values)
        {
            Separate();
            AppendText(value);
        }

        Append("]"u8);
    }

    /// <summary>Adds an object.</summary>
    public void Add(ReadOnlySpan<byte> name, Action<JsonLine> fill)
    {
        Begin(name);
        Append("{"u8);
        fill(this);
        Append("}"u8);
    }

    /// <summary>Adds an array of objects.</summary>
    /// <param name="name">The field.</param>
    /// <param name="values">The values that the objects describe.</param>
    /// <param name="fill">Adds the fields of one object.</param>
    public void Add<T>(ReadOnlySpan<byte> name, IEnumerable<T> values, Action<JsonLine, T> fill)
    {
        Begin(name);
        Append("["u8);
        foreach (T value in values)
        {
            Separate();
            Append("{"u8);
            fill(this, value);
            Append("}"u8);
        }

        Append("]"u8);
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        Separate();
        Span<byte> text = Room(name.Length + 3);
        text[0] = (byte)'"';
        name.CopyTo(text[1..]);
        text[name.Length + 1] = (byte)'"';
        text[name.Length + 2] = (byte)':';
        _length += name.Length + 3;
    }

    private void Separate()
    {
        if (_bytes[_length - 1] is not ((byte)'{' or (byte)'['))
        {
            Append(","u8);
        }
    }

    private void AppendText(string value)
    {
        // The remaining control characters of a terminal are escaped, too.
        string text = value.AsSpan().ContainsAnyExcept(Plain) ? TerminalText.EscapeAll(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)) : value;
        Span<byte> bytes = Room(Encoding.UTF8.GetMaxByteCount(text.Length) + 2);
        bytes[0] = (byte)'"';
        int length = Encoding.UTF8.GetBytes(text, bytes[1..]);
        bytes[length + 1] = (byte)'"';
        _length += length + 2;
    }

    private void Append<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(Room(LongestValue), out int length, default, CultureInfo.InvariantCulture);
        _length += length;
    }

    private void AppendQuoted<T>(T value)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = Room(LongestValue + 2);
        text[0] = (byte)'"';
        value.TryFormat(text[1..], out int length, default, CultureInfo.InvariantCulture);
        text[length + 1] = (byte)'"';
        _length += length + 2;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
        {
            Grow(length);
        }

        return _bytes.AsSpan(_length);
    }

    private void Grow(int length) => Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + length));
}
