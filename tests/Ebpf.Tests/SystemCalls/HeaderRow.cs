using Ebpf.TypeInformation;

namespace Ebpf.Tests.SystemCalls;

/// <summary>A number of ours.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Expression">What it is in C.</param>
/// <param name="Value">Its value.</param>
/// <param name="Since">The version of Linux whose headers are the first to have it.</param>
/// <param name="IsMacro">Whether it is marked as a macro, of which no types tell.</param>
/// <param name="Find">Its value by the types of a kernel; throws where they do not have it.</param>
internal sealed record HeaderRow(string Name, string Expression, long Value, Version Since, bool IsMacro, Func<BtfTypes, long> Find)
{
    /// <summary>Its value in a kernel, or null where its types do not have it.</summary>
    public long? In(BtfTypes kernel)
    {
        try
        {
            return Find(kernel);
        }
        catch (KeyNotFoundException)
        {
            return null;
        }
    }
}
