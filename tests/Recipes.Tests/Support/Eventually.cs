using System.Diagnostics;

namespace Hops.Recipes.Tests.Support;

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "It did not happen in a minute.");
            await Task.Delay(50);
        }
    }

    /// <param name="expected">What it becomes.</param>
    /// <param name="get">May fail until then.</param>
    public static async Task EqualAsync<T>(T expected, Func<Task<T>> get)
    {
        long start = Stopwatch.GetTimestamp();
        for (; ; )
        {
            try
            {
                Assert.Equal(expected, await get());
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }
}
