namespace Hops.Sharing;

/// <summary>Keeps two administrators from changing what is shared at the same time. The kernel takes it back when its process ends.</summary>
internal sealed class SharingLock : IDisposable
{
    /// <summary>The error number of flock(2) where another process has the lock (EWOULDBLOCK), which .NET keeps in <see cref="Exception.HResult"/>.</summary>
    private const int WouldBlock = 11;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private SharingLock(FileStream file) => _file = file;

    /// <exception cref="SharingRefusedException">Somebody else has had it for too long.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SharingLock Take(SharedPaths paths)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                // Root only: whoever may open the file may lock it (flock(2)).
                return new(new FileStream(paths.Lock, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }));
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (Environment.TickCount64 > end)
                {
                    throw new SharingRefusedException($"another process has held {paths.Lock} for {Patience.TotalSeconds} seconds", "wait for the other 'hops system' to end", e);
                }

                Thread.Sleep(Pause);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
