namespace Hops.Cli;

/// <summary>What the shell is told. Part of the command line's contract.</summary>
internal enum ExitStatus
{
    Measured = 0,
    SomeFailed = 1,
    WrongUsage = 2,

    /// <summary>Something is nearer than wanted, or, of a watch, not as it was learnt.</summary>
    TooNear = 3,

    CannotMeasure = 4,

    /// <summary>
    /// A guard could not begin, and its program was not started; the program cannot be executed; there is none (as env(1) and others have it).
    /// </summary>
    NotGuarded = 125,
    NotExecutable = 126,
    NotFound = 127,

    /// <summary>128 + SIGINT, SIGPIPE and SIGTERM: what a shell reports of a program that such a signal ended.</summary>
    Interrupted = 130,
    ClosedPipe = 141,
    Terminated = 143,
}
