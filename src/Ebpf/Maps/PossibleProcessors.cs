using System.Globalization;

namespace Ebpf.Maps;

/// <summary>
/// The number of possible processors of this machine, including those that are offline or not plugged in yet. Per-CPU maps have a value for each of them, and
/// the kernel always copies that many values.
/// </summary>
internal static class PossibleProcessors
{
    public const string File = "/sys/devices/system/cpu/possible";

    // A failure, such as a lack of descriptors, is not cached.
    private static readonly Lazy<int> Counted = new(static () => CountOf(System.IO.File.ReadAllText(File)), LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="IOException">sysfs is not mounted. With a guess the kernel could write beyond a buffer.</exception>
    public static int Count => Counted.Value;

    /// <param name="list">The list in the kernel's format: <c>0-3,8</c>.</param>
    /// <exception cref="IOException">The text has another format.</exception>
    public static int CountOf(string list)
    {
        int count = 0;
        foreach (string range in list.Trim().Split(','))
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2
                || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || last < first)
            {
                throw new IOException($"{File} says '{list.Trim()}', which is no list of processors such as 0-3,8.");
            }

            count += last - first + 1;
        }

        return count;
    }
}
