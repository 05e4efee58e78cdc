namespace Hops.Cli.Measuring;

/// <summary>A failure that is none of the network.</summary>
internal sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
