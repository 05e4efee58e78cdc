using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Lab;

namespace Hops.Recipes.Tests.Support;

/// <summary>A real server in a namespace, with files in a temporary folder of its own. It and what it started go with this object.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _output = new();
    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    /// <param name="at">Where.</param>
    /// <param name="folder">Its files; deleted at the end.</param>
    /// <param name="ports">Ready is a server that takes connections at all of these.</param>
    /// <param name="command">The program and its arguments. It must stay in the foreground.</param>
    public ServerProcess(NetworkNamespace at, TemporaryFolder folder, int[] ports, params string[] command)
    {
        _folder = folder;
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        _process = at.Run(() => Process.Start(start)!);
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        foreach (int port in ports)
        {
            if (!at.Run(() => WaitUntilListening(port)))
            {
                string output = Output;
                Dispose();
                Assert.Fail($"{string.Join(' ', command)} does not listen on port {port}: {output}");
            }
        }
    }

    public string Folder => _folder.Path;

    /// <summary>What it has said so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Ends it at once, with all its connections.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        _folder.Dispose();
    }

    private bool WaitUntilListening(int port)
    {
        long start = Stopwatch.GetTimestamp();
        while (!_process.HasExited && Stopwatch.GetElapsedTime(start) < Patience)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                Thread.Sleep(20);
            }
        }

        return false;
    }

    private void Add(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
