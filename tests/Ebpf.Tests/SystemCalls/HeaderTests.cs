using Ebpf.TypeInformation;
using Hops.TestSupport;

namespace Ebpf.Tests.SystemCalls;

/// <summary>
/// Every number that we share with the kernel, against its headers and against the types of the kernel that runs. A new structure is a line of the tables;
/// a new value of an enumeration that is not in them fails.
/// </summary>
public sealed class HeaderTests
{
    private static readonly string[] Headers =
    [
        "stddef.h", "linux/bpf.h", "linux/btf.h", "linux/filter.h", "linux/if_link.h", "linux/capability.h", "linux/version.h",
        "linux/netlink.h", "linux/rtnetlink.h", "linux/pkt_sched.h", "linux/pkt_cls.h",
        "sys/epoll.h", "sys/eventfd.h", "sys/mman.h", "sys/resource.h", "sys/socket.h", "net/if.h", "fcntl.h", "time.h", "errno.h",
    ];

    private static readonly IReadOnlyList<HeaderRow> Rows = new HeaderTable().WithStructures().WithConstants().WithContexts().Rows;

    [Fact]
    public void Every_structure_and_constant_is_as_the_kernels_headers_have_it()
    {
        (Version header, long?[] values) = InHeaders();
        Assert.Equal([], Rows.Zip(values).Where(static r => r.Second is { } value && value != r.First.Value)
            .Select(static r => $"{r.First.Name} is {r.First.Value}; {r.First.Expression} is {r.Second}"));
        Assert.Equal(
            Rows.Where(r => r.Since > header).Select(static r => r.Name),
            Rows.Zip(values).Where(static r => r.Second is null).Select(static r => r.First.Name));
    }

    /// <summary>The type information has structures and values of enumerations, but no macros.</summary>
    [Fact]
    public void Every_structure_and_constant_is_as_the_running_kernel_has_it()
    {
        BtfTypes kernel = BtfTypes.OfKernel();
        (HeaderRow Row, long? Value)[] judged = [.. Rows.Select(row => (row, row.In(kernel)))];
        Assert.Equal([], judged.Where(static r => r.Value is { } value && value != r.Row.Value)
            .Select(static r => $"{r.Row.Name} is {r.Row.Value}; {r.Row.Expression} is {r.Value}"));

        // The headers are often older than the kernel: what they lack its types must have.
        (Version header, long?[] values) = InHeaders();
        string[] unjudged = [.. judged.Zip(values).Where(static r => r.First.Value is null && r.Second is null).Select(static r => r.First.Row.Name)];
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Of {Rows.Count} numbers the types of Linux {Environment.OSVersion.Version} have {judged.Count(static r => r.Value is not null)}, "
            + $"the headers of Linux {header} {values.Count(static v => v is not null)}. Neither has: {string.Join(", ", unjudged)}");
        Assert.Equal(
            Rows.Where(r => r.Since > header && (r.IsMacro || r.Since > Environment.OSVersion.Version)).Select(static r => r.Name), unjudged);
    }

    private static (Version Header, long?[] Values) InHeaders()
    {
        long?[] values = CCompiler.Evaluate(Headers, [.. Rows.Select(static r => r.Expression), "LINUX_VERSION_CODE"]);
        long code = values[^1]!.Value;
        return (new Version((int)(code >> 16), (int)((code >> 8) & 0xff)), values[..^1]);
    }
}
