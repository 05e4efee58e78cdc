using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>Keeps two processes from changing what is shared at the same time. The kernel releases the lock when its process ends.</summary>
internal sealed class SharingLock : IDisposable
{
    // A process that may open the file may lock it (flock(2)).
    private const uint ForRootOnly = 0x180; // 0600

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SafeFileHandle _file;

    private SharingLock(SafeFileHandle file) => _file = file;

    /// <exception cref="SharingRefusedException">Another process has held the lock for too long, or the kernel refused.</exception>
    public static SharingLock Take(SharedPaths paths)
    {
        SafeFileHandle file = Open(paths);
        try
        {
            Lock(file, paths);
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(SharedPaths paths)
    {
        SafeFileHandle file = new(LibC.Open(paths.Lock, LibC.OpenReadWrite | LibC.OpenCreate | LibC.OpenCloseOnExec, ForRootOnly), ownsHandle: true);
        return file.IsInvalid
            ? throw new SharingRefusedException(
                $"opening {paths.Lock} failed: {LibC.LastErrorMessage}", new HopRemedy(HopRemedyKind.UseWritableFolder, paths.Root))
            : file;
    }

    private static void Lock(SafeFileHandle file, SharedPaths paths)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (LibC.Lock(file, LibC.LockExclusive | LibC.LockNotWaiting) != 0)
        {
            Errno error = LibC.LastError;
            if (error != Errno.EAGAIN)
            {
                throw new SharingRefusedException(
                    $"locking {paths.Lock} failed: {LibC.MessageOf(error)}", new HopRemedy(HopRemedyKind.UseWritableFolder, paths.Root));
            }

            if (Environment.TickCount64 > end)
            {
                throw new SharingRefusedException($"another process has held {paths.Lock} for {Patience.TotalSeconds} seconds", HopRemedyKind.WaitForOther);
            }

            Thread.Sleep(Pause);
        }
    }
}
