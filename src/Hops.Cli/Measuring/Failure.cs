namespace Hops.Cli.Measuring;

/// <summary>Why there is no distance.</summary>
/// <param name="Kind">For machines.</param>
/// <param name="Message">For people: a sentence without a full stop.</param>
internal sealed record Failure(FailureKind Kind, string Message);
