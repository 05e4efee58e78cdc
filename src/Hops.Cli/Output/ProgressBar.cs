using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>Shows a progress bar on a terminal while long work runs.</summary>
internal static class ProgressBar
{
    /// <summary>The number of results from which a run has a progress bar and a summary.</summary>
    public const int Many = 6;

    /// <param name="terminal">The terminal; null for no progress bar.</param>
    /// <param name="count">Returns the number of steps, or null if it is unknown; called only if there is a terminal.</param>
    /// <param name="run">The work; it calls the action after each step.</param>
    public static void Run(IAnsiConsole? terminal, Func<long?> count, Action<Action> run)
    {
        if (terminal is not null && count() is var total and (null or >= Many))
        {
            Run(terminal, total, run);
        }
        else
        {
            run(static () => { });
        }
    }

    private static void Run(IAnsiConsole terminal, long? total, Action<Action> run)
    {
        ProgressColumn[] columns = total is null
            ? [new SpinnerColumn(), new TaskDescriptionColumn(), new ElapsedTimeColumn()]
            : [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];
        terminal.Progress().AutoClear(true).Columns(columns).Start(context =>
        {
            ProgressTask task = context.AddTask("measuring", maxValue: total ?? double.MaxValue);
            long done = 0;
            run(() =>
            {
                task.Increment(1);
                task.Description = total is null ? $"{++done} measured" : $"{++done} of {total}";
            });
        });
    }
}
