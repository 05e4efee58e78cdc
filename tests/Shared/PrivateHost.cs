using System.Diagnostics;

namespace Hops.TestSupport;

/// <summary>
/// A host as far as files are concerned: a mount namespace with its own <c>/run</c>, so that a filter shared in it is not visible outside. A process holds it;
/// when that ends, the namespace and its mounts disappear.
/// </summary>
internal sealed class PrivateHost : IDisposable
{
    private readonly Process _holder;

    private PrivateHost(Process holder) => _holder = holder;

    /// <summary>The words in front of a command, so that it runs there. They need root; the command does not.</summary>
    public IReadOnlyList<string> Through => ["nsenter", $"--mount=/proc/{_holder.Id}/ns/mnt", "--"];

    /// <param name="setUp">Commands of sh that run in it first, such as mounts.</param>
    public static PrivateHost Start(string setUp = ":")
    {
        Requires.Root();
        Requires.Program("util-linux", "nsenter");
        ProcessStartInfo start = new(
            "unshare", ["--mount", "--propagation", "private", "sh", "-ec", $"mount -t tmpfs -o mode=0755 tmpfs /run\n{setUp}\necho ready\nexec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process holder = Process.Start(start)!;
        PrivateHost host = new(holder);
        if (holder.StandardOutput.ReadLine() != "ready")
        {
            host.Dispose();
            Assert.Fail($"A mount namespace could not be set up: {setUp}");
        }

        return host;
    }

    public void Dispose()
    {
        // At the end of its input it ends; so it does when the test's process is killed.
        _holder.StandardInput.Dispose();
        _holder.WaitForExit();
        _holder.StandardOutput.Dispose();
        _holder.Dispose();
    }
}
