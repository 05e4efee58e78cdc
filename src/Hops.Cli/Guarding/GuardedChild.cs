using System.Globalization;
using Ebpf;
using Hops.Cli.Output;
using Hops.Common.Interop;
using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>
/// Represents this program as the child of <c>hops guard</c>, which becomes the guarded program, or is the first process of an isolated program's
/// namespaces. Its arguments are private to the two processes, and begin with a text that is neither a verb nor a host.
/// </summary>
internal sealed record GuardedChild
{
    private const string First = "//guarded";
    private const char ForIsolation = 'i';
    private const char ForNamespaces = 'n';
    private const char ForReport = 'r';

    public required string Cgroup { get; init; }

    public required ProgramUser User { get; init; }

    public required int Parent { get; init; }

    /// <summary>Gets whether the program may be hostile.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Gets whether this is the first process of namespaces, which starts the program.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Gets whether nothing is refused.</summary>
    public bool IsReport { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Returns whether the arguments are those of such a child. Any other caller with these arguments loses rights, and gets none.</summary>
    public static bool IsMeant(string[] args) => args is [First, _, _, _, _, _, _, _, ..];

    /// <summary>Gets the arguments for <see cref="Run"/>, after the program's name.</summary>
    public string[] Words =>
    [
        First,
        Cgroup,
        Parent.ToString(CultureInfo.InvariantCulture),
        User.Id.ToString(CultureInfo.InvariantCulture),
        User.GroupId.ToString(CultureInfo.InvariantCulture),
        string.Join(',', User.Groups),
        $"-{(IsIsolated ? ForIsolation : "")}{(IsFirst ? ForNamespaces : "")}{(IsReport ? ForReport : "")}",
        .. Command,
    ];

    /// <summary>Runs the child. Returns only if the program could not be started, or, in the first process of namespaces, when it has ended.</summary>
    public static ExitStatus Run(string[] args)
    {
        try
        {
            GuardedChild child = Read(args);
            return child.IsFirst ? child.RunFirst() : child.Execute();
        }
        catch (Exception e) when (e is ConfinementException or FormatException or OverflowException or IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"hops: the program was not started: {TerminalText.Blank(e.Message)}");
            return ExitStatus.NotGuarded;
        }
    }

    private static GuardedChild Read(string[] args) => new()
    {
        Cgroup = args[1],
        Parent = int.Parse(args[2], CultureInfo.InvariantCulture),
        User = new()
        {
            Id = uint.Parse(args[3], CultureInfo.InvariantCulture),
            GroupId = uint.Parse(args[4], CultureInfo.InvariantCulture),
            Groups = [.. args[5].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static text => uint.Parse(text, CultureInfo.InvariantCulture))],
        },
        IsIsolated = args[6].Contains(ForIsolation, StringComparison.Ordinal),
        IsFirst = args[6].Contains(ForNamespaces, StringComparison.Ordinal),
        IsReport = args[6].Contains(ForReport, StringComparison.Ordinal),
        Command = args[7..],
    };

    private ExitStatus RunFirst()
    {
        ConfinedProgram.Join(Cgroup);
        ProgramNamespaces.Enter(Parent);
        using SignalRelay signals = new();
        // The first process of the namespaces is the parent of the program.
        ChildProcess program = OwnProgram.Start((this with { IsFirst = false, Parent = 1 }).Words, GuardedEnvironment.Read());
        signals.PassTo(program);
        return (ExitStatus)program.WaitAndReap();
    }

    private ExitStatus Execute()
    {
        Errno error = new ConfinedProgram
        {
            Command = Command,
            Environment = GuardedEnvironment.Read(),
            Cgroup = Cgroup,
            User = User,
            IsIsolated = IsIsolated,
            IsUnrestricted = IsReport,
            Parent = Parent,
        }.Execute();
        string name = TerminalText.Escape(Command[0]);
        if (error == Errno.ENOENT)
        {
            StandardError.WriteLine($"hops: {name}: no such program");
            return ExitStatus.NotFound;
        }

        string who = error != Errno.EACCES ? ""
            : IsIsolated ? " (--isolate runs it as a user of its own, so all users must be able to read and execute it and the folders above)"
            : $" (as user {User.Id})";
        StandardError.WriteLine($"hops: {name} cannot be executed: {LibC.MessageOf(error)}{who}");
        return ExitStatus.NotExecutable;
    }
}
