using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// nginx on the ports 8000 and up of a namespace, over IPv4 and IPv6, which ends each connection after its answer. It answers itself, or connects to another
/// server for each request. It is one process.
/// </summary>
internal sealed class NginxServer : IDisposable
{
    private const int FirstPort = 8000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("hops-nginx-").FullName;
    private readonly Process _process;

    /// <param name="at">Where.</param>
    /// <param name="ports">How many ports.</param>
    /// <param name="proxyOf">The server that it asks; null for none.</param>
    public NginxServer(NetworkNamespace at, int ports, IPEndPoint? proxyOf = null)
    {
        string nginx = Requires.Program("nginx", "nginx");
        Ports = [.. Enumerable.Range(FirstPort, ports)];
        string file = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(file, Configuration(proxyOf is null ? "return 200 \"x\"" : $"proxy_pass http://{proxyOf}"));
        ProcessStartInfo start = new(nginx, ["-c", file, "-p", _folder, "-e", Path.Combine(_folder, "error.log")]);
        _process = at.Run(() => Process.Start(start)!);
        at.Run(WaitUntilListening);
    }

    public int[] Ports { get; }

    public int ProcessId => _process.Id;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void WaitUntilListening()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (int port in Ports)
        {
            for (; ; )
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Connect("127.0.0.1", port);
                    break;
                }
                catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(start) < Patience)
                {
                    Thread.Sleep(20);
                }
            }
        }
    }

    private string Configuration(string answer) => $$"""
        daemon off;
        master_process off;
        pid {{_folder}}/nginx.pid;
        events { worker_connections 4096; }
        http {
            access_log off;
            keepalive_timeout 0;
            client_body_temp_path {{_folder}}/body;
            proxy_temp_path {{_folder}}/proxy;
            fastcgi_temp_path {{_folder}}/fastcgi;
            uwsgi_temp_path {{_folder}}/uwsgi;
            scgi_temp_path {{_folder}}/scgi;
            server {
                {{string.Concat(Ports.Select(static port => $"listen [::]:{port} ipv6only=off backlog=4096;\n"))}}
                location / { {{answer}}; }
            }
        }
        """;
}
