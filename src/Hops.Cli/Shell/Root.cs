using Hops.Common.Interop;
using Hops.Common.Processes;

namespace Hops.Cli.Shell;

/// <summary>Being root, and ceasing to.</summary>
internal static unsafe class Root
{
    // nobody (user_namespaces(7) has it as the overflow user, too).
    private const uint Nobody = 65534;

    /// <summary>
    /// Ceases to be root, for good: all threads become nobody's, and the kernel takes all their capabilities (capabilities(7), "Effect of user ID changes on
    /// capabilities"). What is open stays open. Does nothing where this process is not root, or not a native program: another loads parts of itself later,
    /// perhaps from where only root may look.
    /// </summary>
    /// <returns>Whether this process is not root any more, where it was to cease.</returns>
    public static bool GiveUp() =>
        LibC.EffectiveUserId() != 0 || !NativeProgram.IsThis
        || (LibC.SetFurtherGroups(0, null) == 0 && LibC.SetGroups(Nobody, Nobody, Nobody) == 0 && LibC.SetUsers(Nobody, Nobody, Nobody) == 0);
}
