using Hops.Cli.Output;
using Hops.Host.Sharing;

namespace Hops.Cli.Sharing;

/// <summary><c>hops system status --json</c>: <c>docs/system-status.schema.json</c>.</summary>
internal static class SystemStatusJson
{
    private const int Schema = 1;

    public static string Format(SharingStatus status, int? watches) => JsonLine.Of(json =>
    {
        json.Add("schema", Schema);
        json.Add("layout", status.Layout);
        json.Add("otherLayouts", status.OtherLayouts);
        json.Add("enabled", status.IsEnabled);
        json.AddOrNull("folder", status.Folder);
        json.AddSecondOrNull("pinnedAt", status.PinnedAt);
        json.Add("everyone", status.Everyone);
        json.AddOrNull("group", status.Group);
        json.AddOrNull("service", status.Service);
        json.AddOrNull("serviceProblem", status.ServiceProblem);
        json.Add("otherWriters", KebabCase.Of(status.OtherWriters));
        json.Add("loadingLocked", status.IsLoadingLocked);
        json.Add("mayUse", status.MayUse);
        json.AddOrNull("problem", status.Problem);
        json.AddOrNull("remedy", Advice.For(status));
        json.Add("watches", watches);
    });
}
