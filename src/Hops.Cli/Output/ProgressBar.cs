using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>A progress bar on a terminal while something long runs.</summary>
internal static class ProgressBar
{
    /// <summary>"More than a few": from here on a run has a progress bar and a summary.</summary>
    public const int Many = 6;

    /// <param name="terminal">Where to draw; null for nowhere.</param>
    /// <param name="count">How many steps there will be, or null when that is not known; called only where there is something to draw on.</param>
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
