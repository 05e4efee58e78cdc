using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// A program that a process becomes, when it has given up all that would lead out of a guarded cgroup: other cgroups, capabilities, root, descriptors, sockets
/// of other families.
/// </summary>
public sealed unsafe record ConfinedProgram
{
    private const string Processes = "cgroup.procs";

    // Where PATH is not set (execvp(3)).
    private const string UsualFolders = "/bin:/usr/bin";

    /// <summary>The words of its command; the first is a path, or a name to look for in <c>PATH</c>.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Its environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The folder of its cgroup: that of a <c>GuardedCgroup</c>.</summary>
    public required string Cgroup { get; init; }

    /// <summary>Whose it is.</summary>
    public required ProgramUser User { get; init; }

    /// <summary>Whether it may be hostile: no Unix sockets but pairs, and no reaching into other processes.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Whether it keeps its system calls and set-user-ID programs, since it is only observed.</summary>
    public bool IsUnrestricted { get; init; }

    /// <summary>The process that it must not outlive; 0 in a process namespace of its own.</summary>
    public required int Parent { get; init; }

    /// <summary>Moves this process into a cgroup.</summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void Join(string cgroup)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        try
        {
            // 0 is who writes: cgroups(7).
            File.WriteAllText($"{cgroup}/{Processes}", "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfinementException($"moving it into its control group failed: {e.Message}");
        }
    }

    /// <summary>
    /// Confines this process, which must be root, and executes the program in its place. What happens after it was confined is irrevocable: the process should
    /// end if this returns or throws.
    /// </summary>
    /// <returns>Why the program could not be executed.</returns>
    /// <exception cref="ConfinementException">It could not be confined.</exception>
    public Errno Execute()
    {
        Join(Cgroup);
        IReadOnlyList<string> cgroups = ProgramRights.WithAllAbove(Cgroup);
        ProgramRights.Become(User);
        if (ProgramRights.WayOut(cgroups) is { } wayOut)
        {
            throw new ConfinementException($"it could leave its control group, since user {User.Name ?? $"{User.Id}"} may write to {wayOut}");
        }

        // After the user changed, which clears it (prctl(2)).
        ConfinementException.ThrowIfFailed("tying it to its guard", LibC.ControlProcess(LibC.SetParentDeathSignal, LibC.Kill));
        if (LibC.ParentProcess() != Parent)
        {
            throw new ConfinementException("its guard has ended");
        }

        ConfinementException.ThrowIfFailed(
            "closing descriptors",
            (int)LibC.SystemCall(LibC.CloseRangeNumber, StandardDescriptors.Count, (void*)uint.MaxValue, LibC.CloseRangeOnExec));
        // .NET ignores it in this process, and what is ignored stays so.
        LibC.SetSignalHandler(LibC.BrokenPipe, LibC.DefaultHandler);
        if (!IsUnrestricted)
        {
            ProgramRights.GainNoMore();
            SystemCallFilter.Install(IsIsolated);
        }

        return ExecuteFirst();
    }

    /// <summary>As execvp(3) looks for a program, but that it does not take a file without a format for a script of a shell.</summary>
    private Errno ExecuteFirst()
    {
        using NativeStrings arguments = new(Command);
        using NativeStrings variables = NativeStrings.OfEnvironment(Environment);
        string name = Command[0];
        if (name.Contains('/', StringComparison.Ordinal))
        {
            LibC.Execute(name, arguments.Pointer, variables.Pointer);
            return LibC.LastError;
        }

        Errno worst = Errno.ENOENT;
        foreach (string folder in Environment.GetValueOrDefault("PATH", UsualFolders).Split(':'))
        {
            string path = folder.Length == 0 ? name : $"{folder}/{name}";
            LibC.Execute(path, arguments.Pointer, variables.Pointer);
            Errno error = LibC.LastError;
            // In a folder that this user may not enter there may be no such file.
            if (error is not (Errno.ENOENT or Errno.ENOTDIR) && LibC.Access(path, LibC.AccessExists) == 0)
            {
                worst = error;
            }
        }

        return worst;
    }
}
