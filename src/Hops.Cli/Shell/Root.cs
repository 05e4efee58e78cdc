using Hops.Common.Interop;
using Hops.Common.Processes;

namespace Hops.Cli.Shell;

/// <summary>Checks for root, and drops root's rights.</summary>
internal static unsafe class Root
{
    // nobody, which is also the overflow user (user_namespaces(7)).
    private const uint Nobody = 65534;

    /// <summary>
    /// Changes all threads from root to the user nobody, permanently; the kernel then removes all their capabilities (capabilities(7), "Effect of user ID
    /// changes on capabilities"). Open files stay open. Does nothing if this process is not root, or not a native program: other programs load parts of
    /// themselves later, perhaps from places that only root can read.
    /// </summary>
    /// <returns>False if the process should have dropped root's rights, and could not.</returns>
    public static bool GiveUp() =>
        LibC.EffectiveUserId() != 0 || !NativeProgram.IsThis
        || (LibC.SetFurtherGroups(0, null) == 0 && LibC.SetGroups(Nobody, Nobody, Nobody) == 0 && LibC.SetUsers(Nobody, Nobody, Nobody) == 0);
}
