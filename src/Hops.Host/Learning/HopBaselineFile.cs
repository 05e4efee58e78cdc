using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Learning;

/// <summary>
/// A file in which learnt distances are kept: lines of text, sorted, that only its owner may read and write. While it is open nobody else learns into it
/// (<c>flock(2)</c>); to read it, <see cref="HopBaseline.Load"/> needs no lock.
/// </summary>
/// <remarks>
/// It is replaced as a whole: written under another name in the same folder (<c>.NAME.hops-new</c>), flushed to the disk, and renamed. So it is as it was, or
/// as it is to be, whenever this process or the machine ends. What somebody else puts in its place meanwhile is replaced, too.
/// </remarks>
public sealed class HopBaselineFile : IDisposable
{
    // Two that make the file at the same time: one of them sees it empty, or locked, for a moment.
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

    /// <summary>What was learnt, before and since.</summary>
    public HopBaseline Baseline { get; }

    private string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>Opens a file to learn into it, and makes it where it is not there.</summary>
    /// <param name="path">A file of this user's own, in a folder where nobody else can put another in its place.</param>
    /// <exception cref="HopBaselineException">
    /// It cannot be read or written, is not to be trusted, or is not as it must be; or another process is learning into it.
    /// </exception>
    /// <exception cref="ArgumentException">The path is empty, or has a character that no path has.</exception>
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

    /// <summary>Writes what was learnt, if it has changed.</summary>
    /// <exception cref="HopBaselineException">The kernel refused, or the disk is full: the file is as it was, and what was learnt is not lost.</exception>
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

    /// <summary>Closes the file, without writing it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    /// <returns>Null where somebody else has it.</returns>
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
            // Whoever has opened a file that was just made looks at it for a moment only.
            while (made is not null && !TryLock(made, path))
            {
                Thread.Sleep(Pause);
            }

            // Renamed between open and flock it is the former file.
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
            // What a process has left there that was killed.
            File.Delete(temporary);
            file = OwnFile.TryMake(temporary) ?? throw new HopBaselineException($"{temporary} is there again and again: somebody else makes it.");
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
            // One may write into a folder that one may not list.
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
