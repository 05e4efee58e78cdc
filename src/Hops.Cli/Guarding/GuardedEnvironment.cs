using System.Collections;
using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>The environment of a guarded program: this one's, with its user's in place of root's.</summary>
internal static class GuardedEnvironment
{
    private static readonly string[] OfUsers = ["HOME", "USER", "LOGNAME", "SHELL", "MAIL", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];

    /// <summary>This process's.</summary>
    public static Dictionary<string, string> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(static entry => (string)entry.Key, static entry => (string)entry.Value!);

    /// <summary>That of a program.</summary>
    /// <param name="variables">This process's.</param>
    /// <param name="user">Whose the program is.</param>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> variables, ProgramUser user)
    {
        Dictionary<string, string> environment = new(variables);
        foreach (string name in OfUsers)
        {
            environment.Remove(name);
        }

        // Where nobody lives there is the folder that all may write to.
        environment["HOME"] = user.Home is { Length: > 0 } home ? home : "/tmp";
        if (user.Name is { } login)
        {
            environment["USER"] = login;
            environment["LOGNAME"] = login;
        }

        if (user.Shell is { Length: > 0 } shell)
        {
            environment["SHELL"] = shell;
        }

        return environment;
    }
}
