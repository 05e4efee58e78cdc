using System.Text.Json;

namespace Hops.Cli.Tests.Support;

/// <summary>As much of JSON Schema (draft 2020-12) as the schemas in <c>docs</c> use. A keyword that it does not know fails the test.</summary>
internal static class JsonSchema
{
    public static bool Accepts(JsonElement schema, JsonElement value) => schema.EnumerateObject().All(keyword => Accepts(keyword, value));

    private static bool Accepts(JsonProperty keyword, JsonElement value) => keyword.Name switch
    {
        "$schema" or "$id" or "$comment" or "title" or "description" => true,
        "type" => IsOfType(value, keyword.Value.GetString()!),
        "const" => JsonElement.DeepEquals(keyword.Value, value),
        "enum" => keyword.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= keyword.Value.GetDouble(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= keyword.Value.GetDouble(),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= keyword.Value.GetInt32(),
        "format" => keyword.Value.GetString() == "date-time" && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => Accepts(keyword.Value, item)),
        "required" => value.ValueKind != JsonValueKind.Object || keyword.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "properties" => value.ValueKind != JsonValueKind.Object || keyword.Value.EnumerateObject().All(property =>
            !value.TryGetProperty(property.Name, out JsonElement member) || Accepts(property.Value, member)),
        "oneOf" => keyword.Value.EnumerateArray().Count(schema => Accepts(schema, value)) == 1,
        "anyOf" => keyword.Value.EnumerateArray().Any(schema => Accepts(schema, value)),
        "allOf" => keyword.Value.EnumerateArray().All(schema => Accepts(schema, value)),
        "not" => !Accepts(keyword.Value, value),
        _ => throw new NotSupportedException($"JSON Schema keyword '{keyword.Name}'"),
    };

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"JSON Schema type '{type}'"),
    };
}
