namespace Hops.Cli;

/// <summary>What the shell is told. Part of the command line's contract.</summary>
internal static class ExitStatus
{
    public const int Measured = 0;
    public const int SomeFailed = 1;
    public const int WrongUsage = 2;
    public const int TooNear = 3;
    public const int CannotMeasure = 4;

    /// <summary>128 + SIGINT, SIGPIPE and SIGTERM: what a shell reports of a program that such a signal ended.</summary>
    public const int Interrupted = 130;
    public const int ClosedPipe = 141;
    public const int Terminated = 143;
}
