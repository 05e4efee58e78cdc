using System.Text;
using System.Text.Json;
using Hops.Sharing;

namespace Hops.Cli.Output;

/// <summary><c>hops system status --json</c>. Fields are only ever added.</summary>
internal static class SystemStatusJson
{
    private const int Schema = 1;

    public static string Format(SharingStatus status)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteNumber("layout", status.Layout);
            json.WriteStartArray("otherLayouts");
            foreach (string layout in status.OtherLayouts)
            {
                json.WriteStringValue(layout);
            }

            json.WriteEndArray();
            json.WriteBoolean("enabled", status.IsEnabled);
            json.WriteString("folder", status.Folder);
            json.WriteString("pinnedAt", status.PinnedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteBoolean("everyone", status.Everyone);
            json.WriteString("group", status.Group);
            json.WriteString("service", status.Service);
            json.WriteString("serviceProblem", status.ServiceProblem);
            json.WriteString("otherWriters", KebabCase.Of(status.OtherWriters));
            json.WriteBoolean("loadingLocked", status.IsLoadingLocked);
            json.WriteBoolean("mayUse", status.MayUse);
            json.WriteString("problem", status.Problem);
            json.WriteString("remedy", status.Remedy);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
