namespace Hops.Sharing;

/// <summary>Whether root in this process is the host's. In another user namespace neither its user nor its capabilities count for what is shared.</summary>
internal static class UserNamespace
{
    /// <summary>The initial user namespace maps all 2^32 - 1 ids to themselves (user_namespaces(7)).</summary>
    public static bool IsInitial
    {
        get
        {
            try
            {
                return !OperatingSystem.IsLinux()
                    || File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }
}
