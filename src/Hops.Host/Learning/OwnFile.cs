using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Learning;

/// <summary>
/// Opens files that belong to this user, and that no other user but root can write or replace. All folders of the path must belong to root or to this user, and
/// none may be a symbolic link, so that the checked file is the one that is opened.
/// </summary>
internal static class OwnFile
{
    private const uint ForOwnerOnly = 0x180; // 0600

    // Without the flag, opening a FIFO without a writer would block.
    private const int Flags = LibC.OpenNonBlocking | LibC.OpenCloseOnExec;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSize">The greatest size in bytes.</param>
    /// <exception cref="HopBaselineException">The file does not exist, cannot be read, cannot be trusted, or is too large.</exception>
    public static byte[] Read(string path, int maximumSize)
    {
        path = CheckWay(path);
        using SafeFileHandle file = TryOpen(path, LibC.OpenReadOnly)
            ?? throw new HopBaselineException($"Nothing was learnt yet: {path} does not exist.");
        return Read(file, path, maximumSize);
    }

    /// <summary>Reads a whole open file.</summary>
    /// <inheritdoc cref="Read(string, int)"/>
    public static byte[] Read(SafeFileHandle file, string path, int maximumSize)
    {
        try
        {
            // One byte more, to see whether the file has more.
            byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), maximumSize) + 1];
            int length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is var count and > 0)
            {
                length += count;
            }

            return length <= maximumSize && length < bytes.Length
                ? bytes[..length]
                : throw new HopBaselineException($"{path} is greater than {maximumSize} bytes, the greatest size of a baseline, or still grows.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HopBaselineException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Opens an existing file, and checks it.</summary>
    /// <param name="path">A path that <see cref="CheckWay"/> returned.</param>
    /// <param name="access">Whether to read or to read and write.</param>
    /// <returns>Null if the file does not exist.</returns>
    /// <exception cref="HopBaselineException">The file cannot be opened, or cannot be trusted.</exception>
    public static SafeFileHandle? TryOpen(string path, int access)
    {
        // Checked before it is opened, since opening a device can have effects.
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

    /// <summary>Creates a file that only this user can read and write.</summary>
    /// <returns>Null if the path exists.</returns>
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
        return error == Errno.EEXIST ? null : throw Refused(path, "cannot be created", error);
    }

    /// <summary>Checks all folders of a path.</summary>
    /// <returns>The absolute path.</returns>
    /// <exception cref="HopBaselineException">Another user could replace the file.</exception>
    public static string CheckWay(string path)
    {
        path = Path.GetFullPath(path);
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int count = 0; count < parts.Length; count++)
        {
            string part = "/" + string.Join('/', parts[..count]);
            if (!FileOwner.TryRead(part, out FileOwner owner, out Errno error))
            {
                throw Refused(path, $"cannot be reached: {part} cannot be looked at", error);
            }

            string? mistake =
                owner.IsSymbolicLink ? "is a symbolic link: give the path to which it leads"
                : !owner.IsFolder ? "is not a folder"
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

    /// <summary>Removes a file after a failure. Errors are ignored, because that failure is reported.</summary>
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
            : !owner.IsRegular ? "it is not a regular file"
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
