using Hops.Cli.Output;
using Hops.Host.Sharing;

namespace Hops.Cli.Sharing;

/// <summary>Formats the result of <c>hops system status --json</c>: <c>docs/system-status.schema.json</c>.</summary>
internal static class SystemStatusJson
{
    private const int Schema = 1;

    public static string Format(SharingStatus status, int? watches, IReadOnlyList<string> guards) => JsonLine.Of(json =>
    {
        json.Add("schema"u8, Schema);
        json.Add("layout"u8, status.Layout);
        json.Add("otherLayouts"u8, status.OtherLayouts);
        json.Add("enabled"u8, status.IsEnabled);
        json.AddOrNull("folder"u8, status.Folder);
        json.AddSecondOrNull("pinnedAt"u8, status.PinnedAt);
        json.Add("everyone"u8, status.Everyone);
        json.AddOrNull("group"u8, status.Group);
        json.AddOrNull("service"u8, status.Service);
        json.AddOrNull("serviceProblem"u8, status.ServiceProblem);
        json.Add("otherWriters"u8, KebabCase.Of(status.OtherWriters));
        json.Add("loadingLocked"u8, status.IsLoadingLocked);
        json.Add("mayUse"u8, status.MayUse);
        json.AddOrNull("problem"u8, status.Problem);
        json.AddOrNull("remedy"u8, Advice.For(status));
        json.Add("watches"u8, watches);
        json.Add("killedGuards"u8, guards);
    });
}
