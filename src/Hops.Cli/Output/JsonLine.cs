using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hops.Cli.Output;

/// <summary>
/// A JSON object on one line. A field without a value is left out, unless its method says otherwise. The schemas in <c>docs</c> name the fields, which are only
/// ever added. Names are UTF-8, since lines may come by the thousand: nothing has to be converted then.
/// </summary>
internal sealed class JsonLine
{
    // Names stay readable; what could end a line or steer a terminal is escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A line is written by one thread from its beginning to its end, and lines are many.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static JsonLine? _own;

    private readonly Utf8JsonWriter _json;

    private JsonLine(Utf8JsonWriter json) => _json = json;

    /// <summary>The object.</summary>
    /// <param name="fill">Adds its fields.</param>
    public static string Of(Action<JsonLine> fill) => Encoding.UTF8.GetString(BytesOf(fill, static (json, fill) => fill(json)));

    /// <summary>The object, in UTF-8.</summary>
    /// <param name="subject">What it is of.</param>
    /// <param name="fill">Adds its fields.</param>
    /// <returns>Valid until this thread makes the next.</returns>
    public static ReadOnlySpan<byte> BytesOf<T>(T subject, Action<JsonLine, T> fill)
    {
        ArrayBufferWriter<byte> bytes = _buffer ??= new();
        JsonLine line = _own ??= new(new Utf8JsonWriter(bytes, Options));
        bytes.ResetWrittenCount();
        line._json.Reset();
        line._json.WriteStartObject();
        fill(line, subject);
        line._json.WriteEndObject();
        line._json.Flush();
        // What is left of characters that steer a terminal stands in strings, where it can be escaped.
        return bytes.WrittenSpan.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? Encoding.UTF8.GetBytes(TerminalText.EscapeAll(Encoding.UTF8.GetString(bytes.WrittenSpan)))
            : bytes.WrittenSpan;
    }

    public void Add(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }

    /// <summary>Adds a field that is there without a value, too: it is <c>null</c> then.</summary>
    public void AddOrNull(ReadOnlySpan<byte> name, string? value) => _json.WriteString(name, value);

    public void Add(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
    }

    /// <summary>Adds milliseconds, to the microsecond.</summary>
    public void Add(ReadOnlySpan<byte> name, TimeSpan value)
    {
        // A decimal has the digits that are printed, with three behind the point; those of a double would have to be found.
        long microseconds = (long)Math.Round(value.TotalMicroseconds);
        ulong digits = (ulong)Math.Abs(microseconds);
        _json.WriteNumber(name, new decimal((int)digits, (int)(digits >> 32), 0, microseconds < 0, scale: 3));
    }

    /// <summary>Adds a number as a text: one of 64 bits, which not every reader of JSON can hold.</summary>
    public void AddText(ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number)
        {
            Span<byte> digits = stackalloc byte[20];
            number.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
            _json.WriteString(name, digits[..length]);
        }
    }

    public void Add(ReadOnlySpan<byte> name, IPAddress value)
    {
        // INET6_ADDRSTRLEN, with room for a scope.
        Span<byte> text = stackalloc byte[65];
        if (value.TryFormat(text, out int length))
        {
            _json.WriteString(name, text[..length]);
        }
        else
        {
            _json.WriteString(name, value.ToString());
        }
    }

    public void Add(ReadOnlySpan<byte> name, bool value) => _json.WriteBoolean(name, value);

    /// <summary>Adds a time with its milliseconds, UTC.</summary>
    public void Add(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        // The format that is quick has seven digits behind the second: 2026-11-27T18:45:00.1234567Z.
        Span<byte> text = stackalloc byte[28];
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = (byte)'Z';
        _json.WriteString(name, text[..24]);
    }

    /// <summary>Adds a time that is known to the second, UTC; <c>null</c> without a value.</summary>
    public void AddSecondOrNull(ReadOnlySpan<byte> name, DateTimeOffset? value) =>
        _json.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public void Add(ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (string value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
    }

    /// <summary>Adds an object.</summary>
    public void Add(ReadOnlySpan<byte> name, Action<JsonLine> fill)
    {
        _json.WriteStartObject(name);
        fill(this);
        _json.WriteEndObject();
    }

    /// <summary>Adds an array of objects.</summary>
    /// <param name="name">The field.</param>
    /// <param name="values">What each object is of.</param>
    /// <param name="fill">Adds the fields of one.</param>
    public void Add<T>(ReadOnlySpan<byte> name, IEnumerable<T> values, Action<JsonLine, T> fill)
    {
        _json.WriteStartArray(name);
        foreach (T value in values)
        {
            _json.WriteStartObject();
            fill(this, value);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }
}
