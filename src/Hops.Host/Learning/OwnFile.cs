using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Learning;

/// <summary>
/// Files of this user's own: nobody but root can have written them, or can put another file in their place. All on the way to them belongs to root or to this
/// user, and nothing on it is a symbolic link, so that what was looked at is what is opened.
/// </summary>
internal static class OwnFile
{
    private const uint ForOwnerOnly = 0x180; // 0600

    // A FIFO that nobody writes to would not open otherwise.
    private const int Flags = LibC.OpenNonBlocking | LibC.OpenCloseOnExec;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSize">In bytes; a greater file is refused.</param>
    /// <exception cref="HopBaselineException">It is not there, cannot be read, or is not to be trusted.</exception>
    public static byte[] Read(string path, int maximumSize)
    {
        path = CheckWay(path);
        using SafeFileHandle file = TryOpen(path, LibC.OpenReadOnly)
            ?? throw new HopBaselineException($"Nothing was learnt yet: {path} is not there.");
        return Read(file, path, maximumSize);
    }

    /// <summary>Reads a whole file that is open.</summary>
    /// <inheritdoc cref="Read(string, int)"/>
    public static byte[] Read(SafeFileHandle file, string path, int maximumSize)
    {
        try
        {
            // One byte more shows that there is more.
            byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), maximumSize) + 1];
            int length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is var count and > 0)
            {
                length += count;
            }

            return length <= maximumSize && length < bytes.Length
                ? bytes[..length]
                : throw new HopBaselineException($"{path} is greater than {maximumSize} bytes, which what was learnt never is, or still grows.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HopBaselineException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Opens a file that is there, and looks at it.</summary>
    /// <param name="path">What <see cref="CheckWay"/> gave.</param>
    /// <param name="access">To read, or to write, too.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="HopBaselineException">It cannot be opened, or is not to be trusted.</exception>
    public static SafeFileHandle? TryOpen(string path, int access)
    {
        // Looked at first: to open a device may do something already.
        if (!FileOwner.TryRead(path, out FileOwner before, out Errno error))
        {
            return error == Errno.ENOENT ? null : throw Refused(path, "cannot be looked at", error);
        }

        Check(path, before);
        SafeFileHandle file = new(LibC.Open(path, access | LibC.OpenNoFollow | Flags), ownsHandle: true);
        if (file.IsInvalid)
        {
            error = LibC.LastError;
            file.Dispose();
            return error == Errno.ENOENT ? null : throw Refused(path, "cannot be opened", error);
        }

        try
        {
            Check(path, FileOwner.TryRead(file, out FileOwner owner, out error) ? owner : throw Refused(path, "cannot be looked at", error));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes a file that was not there, for this user only.</summary>
    /// <returns>Null where something is there.</returns>
    /// <exception cref="HopBaselineException">The kernel refused.</exception>
    public static SafeFileHandle? TryMake(string path)
    {
        SafeFileHandle file = new(LibC.Open(path, LibC.OpenReadWrite | LibC.OpenCreate | LibC.OpenExclusive | Flags, ForOwnerOnly), ownsHandle: true);
        if (!file.IsInvalid)
        {
            return file;
        }

        Errno error = LibC.LastError;
        file.Dispose();
        return error == Errno.EEXIST ? null : throw Refused(path, "cannot be made", error);
    }

    /// <summary>Looks at all folders on the way to a file.</summary>
    /// <returns>The file's absolute path.</returns>
    /// <exception cref="HopBaselineException">Somebody else could put another file there.</exception>
    public static string CheckWay(string path)
    {
        path = Path.GetFullPath(path);
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int count = 0; count < parts.Length; count++)
        {
            string part = "/" + string.Join('/', parts[..count]);
            if (!FileOwner.TryRead(part, out FileOwner owner, out Errno error))
            {
                throw Refused(path, $"is not there: {part} cannot be looked at", error);
            }

            string? mistake =
                owner.IsSymbolicLink ? "is a symbolic link: give the path to which it leads"
                : !owner.IsFolder ? "is no folder"
                : !IsTrusted(owner) ? $"belongs to user {owner.UserId}, who could put another file there"
                : (owner.IsWritableByGroup || owner.IsWritableByOthers) && !owner.IsSticky ? "can be written to by others, who could put another file there"
                : null;
            if (mistake is not null)
            {
                throw new HopBaselineException($"{path} is not to be trusted: {part} {mistake}.");
            }
        }

        return path;
    }

    /// <summary>Removes a file after a failure, which is what is told: whatever keeps it from being removed.</summary>
    public static void TryRemove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Such as a file system that has become read-only.
        }
    }

    public static HopBaselineException Refused(string path, string what, Errno error) => new($"{path} {what}: {LibC.MessageOf(error)}.");

    private static void Check(string path, FileOwner owner)
    {
        string? mistake =
            owner.IsSymbolicLink ? "it is a symbolic link: give the path to which it leads"
            : !owner.IsRegular ? "it is no regular file"
            : owner.UserId != LibC.EffectiveUserId() ? $"it belongs to user {owner.UserId}, and this process is user {LibC.EffectiveUserId()}"
            : owner.IsWritableByGroup || owner.IsWritableByOthers ? $"others than its owner may write to it: 'chmod 600 {path}' ends that"
            : owner.Links > 1 ? "it has several names (hard links)"
            : null;
        if (mistake is not null)
        {
            throw new HopBaselineException($"{path} is not to be trusted: {mistake}.");
        }
    }

    private static bool IsTrusted(FileOwner owner) => owner.UserId == 0 || owner.UserId == LibC.EffectiveUserId();
}
