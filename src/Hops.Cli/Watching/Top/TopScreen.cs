using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Watching.Top;

/// <summary>The table on a terminal, on its alternate screen: what stood there before is there again afterwards.</summary>
/// <param name="terminal">Where to draw.</param>
/// <param name="table">What to draw.</param>
/// <param name="withNames">Whether to show names beside networks.</param>
internal sealed class TopScreen(IAnsiConsole terminal, TopTable table, bool withNames)
{
    // DECSET and DECRST 1049, the alternate screen; DECTCEM, the cursor; SGR 0; what .NET changes to read keys: DECCKM and DECKPNM.
    private const string Take = $"\e[?1049h\e[?25l{ClearScreen}";
    private const string GiveBack = $"\e[0m\e[?1049l\e[?25h{NormalKeys}";
    private const string NormalKeys = "\e[?1l\e>";

    // The library's Clear clears what has scrolled off, too, which belongs to the shell.
    private const string ClearScreen = "\e[2J\e[H";

    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(250);

    // Where nothing has come, only ages change.
    private static readonly TimeSpan LongestBetweenFrames = TimeSpan.FromSeconds(1);

    private readonly object _drawing = new();
    private TopView _view = new(TopGrouping.Networks, TopSort.Connections);
    private bool _isAway;
    private int _returns;

    /// <summary>Draws until the watch is over.</summary>
    /// <param name="watching">Ends with the watch.</param>
    /// <param name="lost">How many records were lost so far.</param>
    /// <param name="quit">Ends the watch.</param>
    public void ShowUntil(Task watching, Func<long> lost, Action quit)
    {
        using TopSignals signals = new(GoAway, ComeBack);
        TopKeys.Read(key => OnKey(key, quit));
        watching.ContinueWith(_ => Wake(), TaskScheduler.Default);
        Task drawing = Task.CompletedTask;
        terminal.AlternateScreen(() =>
        {
            terminal.Cursor.Hide();
            drawing = Task.Run(() => Draw(watching, lost), CancellationToken.None);
            Task.WaitAny(drawing);
            terminal.Cursor.Show();
        });
        terminal.Write(new ControlCode(NormalKeys));
        // Thrown here, where it can be read: the alternate screen takes its text with it.
        drawing.GetAwaiter().GetResult();
    }

    private void Draw(Task watching, Func<long> lost)
    {
        (int Width, int Height, TopView View, long Seen, int Returns) drawn = default;
        long time = 0;
        while (!watching.IsCompleted)
        {
            lock (_drawing)
            {
                (int Width, int Height, TopView View, long Seen, int Returns) next =
                    (terminal.Profile.Width, terminal.Profile.Height, _view, table.Seen, _returns);
                if (!_isAway && (next != drawn || Stopwatch.GetElapsedTime(time) >= LongestBetweenFrames))
                {
                    if ((next.Width, next.Height) != (drawn.Width, drawn.Height))
                    {
                        terminal.Write(new ControlCode(ClearScreen));
                    }

                    IRenderable frame = new TopFrame(next.Width, next.Height, next.View, withNames).Of(table, lost(), DateTimeOffset.UtcNow);
                    terminal.Write(new WholeScreen(frame, next.Width, next.Height));
                    drawn = next;
                    time = Stopwatch.GetTimestamp();
                }

                if (!watching.IsCompleted)
                {
                    Monitor.Wait(_drawing, BetweenFrames);
                }
            }
        }
    }

    private void OnKey(char key, Action quit)
    {
        if (key is 'q' or 'Q')
        {
            quit();
            return;
        }

        lock (_drawing)
        {
            _view = _view.After(key);
        }

        Wake();
    }

    private void GoAway()
    {
        // A terminal that takes nothing (Ctrl-S) must not keep a signal from ending the program.
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

    private void Wake()
    {
        lock (_drawing)
        {
            Monitor.Pulse(_drawing);
        }
    }
}
