using System.Diagnostics;
using Hops.Cli.Shell;
using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>
/// Draws changing content on a terminal's alternate screen. The terminal shows its former content again afterwards, and while the shell has stopped the
/// program.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="content">The content.</param>
internal sealed class FullScreen(IAnsiConsole terminal, IScreenContent content)
{
    // DECSET and DECRST 1049 (alternate screen), DECTCEM (cursor), SGR 0, and the modes that .NET sets to read keys: DECCKM and DECKPNM.
    private const string Take = $"\e[?1049h\e[?25l{ClearScreen}";
    private const string GiveBack = $"\e[0m\e[?1049l\e[?25h{NormalKeys}";
    private const string NormalKeys = "\e[?1l\e>";

    // The library's Clear would also clear the lines that have scrolled off, which belong to the shell.
    private const string ClearScreen = "\e[2J\e[H";

    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(250);

    // Without new content only ages change.
    private static readonly TimeSpan LongestBetweenFrames = TimeSpan.FromSeconds(1);

    private readonly object _drawing = new();
    private bool _isAway;
    private int _returns;

    /// <summary>Draws until the work has ended.</summary>
    public void ShowUntil(Task work)
    {
        using TerminalSignals signals = new(GoAway, ComeBack);
        work.ContinueWith(_ => Wake(), TaskScheduler.Default);
        Task drawing = Task.CompletedTask;
        terminal.AlternateScreen(() =>
        {
            terminal.Cursor.Hide();
            // Threads of the pool are needed for answers and signals.
            drawing = Task.Factory.StartNew(() => Draw(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Task.WaitAny(drawing);
            terminal.Cursor.Show();
        });
        terminal.Write(new ControlCode(NormalKeys));
        // Throws after the alternate screen has ended, so that the message stays visible.
        drawing.GetAwaiter().GetResult();
    }

    /// <summary>Draws at once.</summary>
    public void Wake()
    {
        lock (_drawing)
        {
            Monitor.Pulse(_drawing);
        }
    }

    private void Draw(Task work)
    {
        (int Width, int Height, long Version, int Returns) drawn = default;
        long time = 0;
        while (!work.IsCompleted)
        {
            lock (_drawing)
            {
                (int Width, int Height, long Version, int Returns) next = (terminal.Profile.Width, terminal.Profile.Height, content.Version, _returns);
                if (!_isAway && (next != drawn || Stopwatch.GetElapsedTime(time) >= LongestBetweenFrames))
                {
                    if ((next.Width, next.Height) != (drawn.Width, drawn.Height))
                    {
                        terminal.Write(new ControlCode(ClearScreen));
                    }

                    terminal.Write(new WholeScreen(content.Frame(next.Width, next.Height), next.Width, next.Height));
                    drawn = next;
                    time = Stopwatch.GetTimestamp();
                }

                if (!work.IsCompleted)
                {
                    Monitor.Wait(_drawing, BetweenFrames);
                }
            }
        }
    }

    private void GoAway()
    {
        // A stopped terminal (Ctrl-S) must not prevent a signal from ending the program.
        if (Monitor.TryEnter(_drawing, LongestBetweenFrames))
        {
            try
            {
                _isAway = true;
                Console.Out.Write(GiveBack);
            }
            finally
            {
                Monitor.Exit(_drawing);
            }
        }
    }

    private void ComeBack()
    {
        lock (_drawing)
        {
            Console.Out.Write(Take);
            _isAway = false;
            _returns++;
        }

        Wake();
    }
}
