using Hops.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Watching.Top;

/// <summary>Shows the table on a terminal, and handles the keys that change it.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="table">The table.</param>
/// <param name="withNames">Whether to show names beside networks.</param>
/// <param name="lost">Returns the number of lost records.</param>
internal sealed class TopScreen(IAnsiConsole terminal, TopTable table, bool withNames, Func<long> lost) : IScreenContent
{
    private readonly Lock _lock = new();
    private TopView _view = new(TopGrouping.Networks, TopSort.Connections);
    private long _pressed;

    public long Version => table.Seen + Volatile.Read(ref _pressed);

    public IRenderable Frame(int width, int height)
    {
        TopView view;
        lock (_lock)
        {
            view = _view;
        }

        return new TopFrame(width, height, view, withNames).Of(table, lost(), DateTimeOffset.UtcNow);
    }

    /// <summary>Draws until the watch ends.</summary>
    /// <param name="watching">The task of the watch.</param>
    /// <param name="quit">Ends the watch.</param>
    public void ShowUntil(Task watching, Action quit)
    {
        FullScreen screen = new(terminal, this);
        TopKeys.Read(key => OnKey(key, screen, quit));
        screen.ShowUntil(watching);
    }

    private void OnKey(char key, FullScreen screen, Action quit)
    {
        if (key is 'q' or 'Q')
        {
            quit();
            return;
        }

        lock (_lock)
        {
            _view = _view.After(key);
            _pressed++;
        }

        screen.Wake();
    }
}
