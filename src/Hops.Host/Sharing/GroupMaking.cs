using System.Diagnostics;
using Hops.Common;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>Finds the group that a filter is shared with, and creates the usual one if it does not exist.</summary>
internal static class GroupMaking
{
    /// <summary>
    /// Finds a group. The usual one is created if it does not exist (<c>groupadd</c>, or <c>addgroup</c> of BusyBox); other names are not, since they may be
    /// mistakes.
    /// </summary>
    /// <param name="nameOrNumber">A name or number that <see cref="GroupName.IsValid"/> accepts.</param>
    /// <param name="made">Whether the group was created.</param>
    /// <exception cref="SharingRefusedException">There is no such group, or the usual one cannot be created.</exception>
    public static uint FindOrMake(string nameOrNumber, out bool made)
    {
        made = false;
        if (GroupName.TryNumber(nameOrNumber, out uint number))
        {
            return number;
        }

        if (UserGroup.Find(nameOrNumber) is { } id)
        {
            return id;
        }

        if (nameOrNumber != SharingOptions.UsualGroup)
        {
            throw new SharingRefusedException($"there is no group '{nameOrNumber}'", new HopRemedy(HopRemedyKind.ChooseGroup, nameOrNumber));
        }

        made = Succeeds("groupadd", "--system", "--", nameOrNumber) || Succeeds("addgroup", "-S", "--", nameOrNumber);
        return (made ? UserGroup.Find(nameOrNumber) : null)
            ?? throw new SharingRefusedException(
                $"there is no group '{nameOrNumber}', and making it failed", new HopRemedy(HopRemedyKind.MakeGroup, nameOrNumber));
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        if (SystemProgram.Find(program) is not { } path)
        {
            return false;
        }

        ProcessStartInfo start = SystemProgram.Command(path, arguments);
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The program cannot be executed.
            return false;
        }
    }
}
