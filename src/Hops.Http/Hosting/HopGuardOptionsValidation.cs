using Hops.Guard;
using Hops.Guard.Policy;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>Checks options when they are first read, and when the host starts.</summary>
internal sealed class HopGuardOptionsValidation : IValidateOptions<HopGuardOptions>
{
    public ValidateOptionsResult Validate(string? name, HopGuardOptions options) =>
        OptionTable.MistakesOf(options) is [_, ..] mistakes
            ? ValidateOptionsResult.Fail(mistakes.Select(mistake => $"Hop guard '{name}': {mistake}"))
            : ValidateOptionsResult.Success;
}
