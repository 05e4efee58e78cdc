using System.Collections;
using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>Creates the environment of a guarded program: that of this process, with the variables of the program's user in place of root's.</summary>
internal static class GuardedEnvironment
{
    private static readonly string[] OfUsers = ["HOME", "USER", "LOGNAME", "SHELL", "MAIL", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];

    /// <summary>Reads the environment of this process.</summary>
    public static Dictionary<string, string> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(static entry => (string)entry.Key, static entry => (string)entry.Value!);

    /// <summary>Returns the environment of the program.</summary>
    /// <param name="variables">The environment of this process.</param>
    /// <param name="user">The user to run the program as.</param>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> variables, ProgramUser user)
    {
        Dictionary<string, string> environment = new(variables);
        foreach (string name in OfUsers)
        {
            environment.Remove(name);
        }

        // A user without a home folder gets the folder to which all users may write.
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
