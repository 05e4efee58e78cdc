namespace Hops.Cli.Measuring.Methods;

/// <summary>Why there is no distance.</summary>
/// <param name="Kind">For machines.</param>
/// <param name="Message">For people: a sentence without a full stop.</param>
/// <param name="Remedy">
/// What to do where rights are missing, a sentence without a full stop: in each object of JSON. In text it stands once, behind all results (<c>WaysOn</c>).
/// </param>
internal sealed record Failure(FailureKind Kind, string Message, string? Remedy = null);
