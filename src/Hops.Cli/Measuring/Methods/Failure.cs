namespace Hops.Cli.Measuring.Methods;

/// <summary>Represents the reason why there is no distance.</summary>
/// <param name="Kind">The reason for programs.</param>
/// <param name="Message">The reason for people: a sentence without a full stop.</param>
/// <param name="Remedy">
/// What to do if rights are missing: a sentence without a full stop. JSON has it in each object; text has it once, after all results (<c>WaysOn</c>).
/// </param>
internal sealed record Failure(FailureKind Kind, string Message, string? Remedy = null);
