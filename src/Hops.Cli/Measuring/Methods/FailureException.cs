namespace Hops.Cli.Measuring.Methods;

/// <summary>The exception for a failure not caused by the network.</summary>
internal sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
