using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Tests that <c>/proc</c> is not trusted for more than it states.</summary>
public sealed class ProcessesTests
{
    [Fact]
    public void A_file_that_is_called_like_a_socket_is_none()
    {
        Requires.Linux();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.StartsWith("socket:[", Processes.LinkOf($"/proc/self/fd/{socket.Handle}"), StringComparison.Ordinal);
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, "socket:[4711]");
        using (FileStream file = File.Create(path))
        {
            Assert.Equal(path, Processes.LinkOf($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}"));
        }

        Directory.Delete(folder, recursive: true);
    }
}
