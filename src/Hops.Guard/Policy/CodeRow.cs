namespace Hops.Guard.Policy;

/// <summary>An option that only code can set.</summary>
internal sealed class CodeRow(string name) : OptionRow(name)
{
    public override IReadOnlyList<string> Read(Setting setting, HopGuardOptions options) =>
        [$"{setting.Path} cannot be set by configuration: set it in code."];

    public override IEnumerable<string> MistakesOf(HopGuardOptions options) => [];
}
