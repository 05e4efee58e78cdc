using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// Executes a program in place of the current process, without the means to leave its guarded cgroup: capabilities, root, access to other cgroups, inherited
/// descriptors, and sockets of other families.
/// </summary>
public sealed unsafe record ConfinedProgram
{
    private const string Processes = "cgroup.procs";

    // If PATH is not set (execvp(3)).
    private const string UsualFolders = "/bin:/usr/bin";

    /// <summary>Gets the command and its arguments. The first is a path, or a name to look for in <c>PATH</c>.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Gets the environment of the program.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the folder of the cgroup to run in: that of a <c>GuardedCgroup</c>.</summary>
    public required string Cgroup { get; init; }

    /// <summary>Gets the user to run as.</summary>
    public required ProgramUser User { get; init; }

    /// <summary>Gets whether the program may be hostile. It then gets no Unix sockets except pairs, and no access to other processes.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Gets whether the program may make all system calls and execute set-user-ID programs. For programs that are only observed.</summary>
    public bool IsUnrestricted { get; init; }

    /// <summary>Gets the ID of the parent process; the program is killed when that ends. 0 if this is the first process of a process namespace.</summary>
    public required int Parent { get; init; }

    /// <summary>Moves this process into a cgroup.</summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void Join(string cgroup)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        try
        {
            // 0 stands for the writing process: cgroups(7).
            File.WriteAllText($"{cgroup}/{Processes}", "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfinementException($"moving the program into its control group failed: {e.Message}");
        }
    }

    /// <summary>
    /// Confines this process, which must be root, and executes the program in its place. The confinement cannot be undone: the process should end if this
    /// method returns or throws.
    /// </summary>
    /// <returns>The error of execve(2). The method returns only if the program could not be executed.</returns>
    /// <exception cref="ConfinementException">The process could not be confined.</exception>
    public Errno Execute()
    {
        Join(Cgroup);
        IReadOnlyList<string> cgroups = ProgramRights.WithAllAbove(Cgroup);
        ProgramRights.Become(User);
        if (ProgramRights.WayOut(cgroups) is { } wayOut)
        {
            throw new ConfinementException($"the program could leave its control group, since user {User.Name ?? $"{User.Id}"} may write to {wayOut}");
        }

        // After the change of the user, which clears the signal (prctl(2)).
        ConfinementException.ThrowIfFailed("tying the program to its guard", LibC.ControlProcess(LibC.SetParentDeathSignal, LibC.Kill));
        if (LibC.ParentProcess() != Parent)
        {
            throw new ConfinementException("the program's guard has ended");
        }

        ConfinementException.ThrowIfFailed(
            "closing descriptors",
            (int)LibC.SystemCall(LibC.CloseRangeNumber, StandardDescriptors.Count, (void*)uint.MaxValue, LibC.CloseRangeOnExec));
        // .NET ignores the signal in this process, and execve(2) keeps ignored signals.
        LibC.SetSignalHandler(LibC.BrokenPipe, LibC.DefaultHandler);
        if (!IsUnrestricted)
        {
            ProgramRights.GainNoMore();
            SystemCallFilter.Install(IsIsolated);
        }

        return ExecuteFirst();
    }

    /// <summary>Looks for the program as execvp(3) does, but does not run a file of an unknown format as a shell script.</summary>
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
            // An error counts only if the file is there: a folder that this user may not enter gives EACCES for any name.
            if (error is not (Errno.ENOENT or Errno.ENOTDIR) && LibC.Access(path, LibC.AccessExists) == 0)
            {
                worst = error;
            }
        }

        return worst;
    }
}
