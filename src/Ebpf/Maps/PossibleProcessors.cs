using System.Globalization;

namespace Ebpf.Maps;

/// <summary>
/// The processors that this machine could ever have. Per-CPU maps have a value for each of them, because one that is offline, or not plugged in yet,
/// may come later: the kernel copies that many values, whatever is online.
/// </summary>
internal static class PossibleProcessors
{
    public const string File = "/sys/devices/system/cpu/possible";

    // What failed once, for want of a descriptor, may work the next time.
    private static readonly Lazy<int> Counted = new(static () => CountOf(System.IO.File.ReadAllText(File)), LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="IOException">There is no sysfs. Guessing would let the kernel write beyond a buffer.</exception>
    public static int Count => Counted.Value;

    /// <param name="list">As the kernel writes it: <c>0-3,8</c>.</param>
    /// <exception cref="IOException">It is something else.</exception>
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
