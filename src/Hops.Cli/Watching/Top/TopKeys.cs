namespace Hops.Cli.Watching.Top;

/// <summary>Reads keys while the program runs, if standard input is a terminal.</summary>
internal static class TopKeys
{
    private const char EndOfTransmission = '\u0004';

    /// <param name="pressed">Called for each key, on a thread of its own.</param>
    public static void Read(Action<char> pressed)
    {
        if (!Console.IsInputRedirected)
        {
            // The thread blocks until a key is pressed, and does not keep the program from ending.
            new Thread(() => Read(pressed, Console.ReadKey)) { IsBackground = true, Name = "keys" }.Start();
        }
    }

    private static void Read(Action<char> pressed, Func<bool, ConsoleKeyInfo> readKey)
    {
        try
        {
            while (true)
            {
                ConsoleKeyInfo key = readKey(true);
                if (key is { KeyChar: '\0', Key: ConsoleKey.None })
                {
                    // The terminal was closed, or sends data that is not a key.
                    Thread.Sleep(100);
                    continue;
                }

                pressed(key.KeyChar == EndOfTransmission ? 'q' : key.KeyChar);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // Without the thread there are no keys; signals still end the program.
        }
    }
}
