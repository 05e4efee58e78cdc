using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Learning;

/// <summary>
/// Represents a file of learnt distances: sorted lines of text, which only the owner may read and write. While it is open, no other process can open it to
/// learn (<c>flock(2)</c>). <see cref="HopBaseline.Load"/> reads it without a lock.
/// </summary>
/// <remarks>
/// <see cref="Save"/> replaces the file as a whole: it writes a new file in the same folder (<c>.NAME.hops-new</c>), flushes it to the disk, and renames it. So
/// the file is the old or the new one, even if this process or the machine stops meanwhile. A file that was put in its place since is replaced, too.
/// </remarks>
public sealed class HopBaselineFile : IDisposable
{
    // If two processes create the file at the same time, one of them sees it empty, or locked, for a moment.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _path;
    private readonly Lock _gate = new();
    private SafeFileHandle _file;
    private long _saved;

    private HopBaselineFile(string path, SafeFileHandle file, HopBaseline baseline, bool isNew)
    {
        (_path, _file, Baseline) = (path, file, baseline);
        _saved = isNew ? -1 : 0;
    }

    /// <summary>Gets the learnt distances: those that the file had, and those that were added since.</summary>
    public HopBaseline Baseline { get; }

    private string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>Opens a file to add learnt distances to it, and creates it if it does not exist.</summary>
    /// <param name="path">A file that belongs to this user, in a folder where no other user but root can replace it.</param>
    /// <exception cref="HopBaselineException">
    /// The file cannot be read or written, cannot be trusted, or is not valid; or another process has it open.
    /// </exception>
    /// <exception cref="ArgumentException">The path is empty, or has an invalid character.</exception>
    public static HopBaselineFile Open(string path)
    {
        path = OwnFile.CheckWay(path);
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            bool isLast = Environment.TickCount64 > end;
            if (TryOpen(path, isLast) is { } file)
            {
                return file;
            }

            if (isLast)
            {
                throw new HopBaselineException($"Another process is learning into {path}: end it first, or learn into a file for each.");
            }

            Thread.Sleep(Pause);
        }
    }

    /// <summary>Writes the learnt distances, if they have changed.</summary>
    /// <exception cref="HopBaselineException">
    /// The file cannot be written, for instance because the disk is full. The file is unchanged, and <see cref="Baseline"/> keeps what was learnt.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public void Save()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_file.IsClosed, this);
            (byte[] text, long changes) = BaselineText.Write(Baseline);
            if (changes == _saved)
            {
                return;
            }

            SafeFileHandle next = Write(text);
            _file.Dispose();
            _file = next;
            FlushName();
            _saved = changes;
        }
    }

    /// <summary>Closes the file without writing it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    /// <returns>Null if another process has the file.</returns>
    private static HopBaselineFile? TryOpen(string path, bool isLast)
    {
        SafeFileHandle? made = OwnFile.TryMake(path);
        SafeFileHandle? file = made ?? OwnFile.TryOpen(path, LibC.OpenReadWrite);
        if (file is null)
        {
            return null;
        }

        HopBaselineFile? opened = null;
        try
        {
            // A process that has opened a file which was just created holds the lock for a moment only.
            while (made is not null && !TryLock(made, path))
            {
                Thread.Sleep(Pause);
            }

            // If the file was replaced between open and flock, this is the old one.
            if (!TryLock(file, path) || !IsStillThere(file, path) || (made is null && RandomAccess.GetLength(file) == 0 && !isLast))
            {
                return null;
            }

            HopBaseline baseline = made is null ? BaselineText.Read(OwnFile.Read(file, path, BaselineText.MaximumSize), path) : new();
            opened = new(path, file, baseline, isNew: made is not null);
            opened.Save();
            return opened;
        }
        catch
        {
            if (made is not null)
            {
                OwnFile.TryRemove(path);
            }

            opened?.Dispose();
            opened = null;
            throw;
        }
        finally
        {
            if (opened is null)
            {
                file.Dispose();
            }
        }
    }

    private static bool TryLock(SafeFileHandle file, string path) =>
        LibC.Lock(file, LibC.LockExclusive | LibC.LockNotWaiting) == 0
        || (LibC.LastError is var error && error == Errno.EAGAIN ? false : throw OwnFile.Refused(path, "cannot be locked", error));

    private static bool IsStillThere(SafeFileHandle file, string path) =>
        FileOwner.TryRead(file, out FileOwner open, out _) && FileOwner.TryRead(path, out FileOwner there, out _) && open.Inode == there.Inode;

    /// <returns>The new file, locked.</returns>
    private SafeFileHandle Write(byte[] text)
    {
        string temporary = Path.Combine(Folder, $".{Path.GetFileName(_path)}.hops-new");
        SafeFileHandle? file = null;
        bool isRenamed = false;
        try
        {
            // A killed process may have left it.
            File.Delete(temporary);
            file = OwnFile.TryMake(temporary) ?? throw new HopBaselineException($"{temporary} exists again after it was removed: another process creates it.");
            if (!TryLock(file, temporary))
            {
                throw new HopBaselineException($"Another process has locked {temporary}.");
            }

            RandomAccess.Write(file, text, 0);
            RandomAccess.FlushToDisk(file);
            isRenamed = LibC.Rename(temporary, _path) == 0;
            return isRenamed ? file : throw OwnFile.Refused(_path, "cannot be replaced", LibC.LastError);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e);
        }
        finally
        {
            if (file is not null && !isRenamed)
            {
                OwnFile.TryRemove(temporary);
                file.Dispose();
            }
        }
    }

    /// <summary>Flushes the file's name to the disk.</summary>
    private void FlushName()
    {
        using SafeFileHandle folder = new(LibC.Open(Folder, LibC.OpenReadOnly | LibC.OpenCloseOnExec), ownsHandle: true);
        if (folder.IsInvalid)
        {
            // A folder can be writable without being readable.
            return;
        }

        try
        {
            RandomAccess.FlushToDisk(folder);
        }
        catch (IOException e)
        {
            throw NotWritten(e);
        }
    }

    private HopBaselineException NotWritten(Exception cause) => new($"What was learnt could not be written to {_path}: {cause.Message}", cause);
}
