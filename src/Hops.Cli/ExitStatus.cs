namespace Hops.Cli;

/// <summary>Specifies the exit status of the program. Part of the command line's contract.</summary>
internal enum ExitStatus
{
    Measured = 0,
    SomeFailed = 1,
    WrongUsage = 2,

    /// <summary>A distance is below the minimum, unknown or implausible, or, in a watch, deviates from the learnt one.</summary>
    TooNear = 3,

    CannotMeasure = 4,

    /// <summary>
    /// The guard could not start, and the program was not started; the program cannot be executed; it does not exist (the same as env(1) and others).
    /// </summary>
    NotGuarded = 125,
    NotExecutable = 126,
    NotFound = 127,

    /// <summary>128 + SIGINT, SIGPIPE and SIGTERM: the status that a shell reports for a program that such a signal ended.</summary>
    Interrupted = 130,
    ClosedPipe = 141,
    Terminated = 143,
}
