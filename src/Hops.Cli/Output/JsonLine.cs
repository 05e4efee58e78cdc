using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hops.Cli.Output;

/// <summary>
/// A JSON object on one line. A field without a value is left out, unless its method says otherwise. The schemas in <c>docs</c> name the fields, which are only
/// ever added.
/// </summary>
internal sealed class JsonLine
{
    // Names stay readable; what could end a line or steer a terminal is escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Utf8JsonWriter _json;

    private JsonLine(Utf8JsonWriter json) => _json = json;

    /// <summary>The object.</summary>
    /// <param name="fill">Adds its fields.</param>
    public static string Of(Action<JsonLine> fill)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            fill(new JsonLine(json));
            json.WriteEndObject();
        }

        // What is left of characters that steer a terminal stands in strings, where it can be escaped.
        return TerminalText.EscapeAll(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }

    /// <summary>Adds a field that is there without a value, too: it is <c>null</c> then.</summary>
    public void AddOrNull(string name, string? value) => _json.WriteString(name, value);

    public void Add(string name, long? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
    }

    /// <summary>Adds milliseconds, to the microsecond.</summary>
    public void Add(string name, TimeSpan value) => _json.WriteNumber(name, Math.Round(value.TotalMilliseconds, 3));

    public void Add(string name, bool value) => _json.WriteBoolean(name, value);

    /// <summary>Adds a time with its milliseconds, UTC.</summary>
    public void Add(string name, DateTimeOffset value) =>
        _json.WriteString(name, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Adds a time that is known to the second, UTC; <c>null</c> without a value.</summary>
    public void AddSecondOrNull(string name, DateTimeOffset? value) =>
        _json.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public void Add(string name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (string value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
    }

    /// <summary>Adds an object.</summary>
    public void Add(string name, Action<JsonLine> fill)
    {
        _json.WriteStartObject(name);
        fill(this);
        _json.WriteEndObject();
    }

    /// <summary>Adds an array of objects.</summary>
    /// <param name="name">The field.</param>
    /// <param name="values">What each object is of.</param>
    /// <param name="fill">Adds the fields of one.</param>
    public void Add<T>(string name, IEnumerable<T> values, Action<JsonLine, T> fill)
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
