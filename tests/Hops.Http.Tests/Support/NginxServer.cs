using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Http.Tests.Support;

/// <summary>
/// nginx in a namespace, over IPv4 and IPv6: TLS on the ports 443 and 8443, plain on 80. It answers with its name, or redirects where it is told:
/// <c>/302?to=URL</c>.
/// </summary>
internal sealed class NginxServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("hops-nginx-").FullName;
    private readonly Process _process;

    public NginxServer(NetworkNamespace at, string name, LabCertificate certificate)
    {
        string nginx = Requires.Program("nginx", "nginx");
        certificate.Write(_folder);
        string file = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(file, Configuration(name));
        ProcessStartInfo start = new(nginx, ["-c", file, "-p", _folder, "-e", Path.Combine(_folder, "error.log")]);
        _process = at.Run(() => Process.Start(start)!);
        at.Run(WaitUntilListening);
    }

    /// <summary>The requests that it got.</summary>
    public int Requests => File.ReadAllLines(Path.Combine(_folder, "access.log")).Length;

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
        foreach (int port in (int[])[443, 8443, 80])
        {
            for (; ; )
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Connect(IPAddress.Loopback, port);
                    break;
                }
                catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(start) < Patience)
                {
                    Thread.Sleep(20);
                }
            }
        }
    }

    private string Configuration(string name) => $$"""
        daemon off;
        master_process off;
        pid {{_folder}}/nginx.pid;
        events { worker_connections 4096; }
        http {
            access_log {{_folder}}/access.log;
            client_body_temp_path {{_folder}}/body;
            proxy_temp_path {{_folder}}/proxy;
            fastcgi_temp_path {{_folder}}/fastcgi;
            uwsgi_temp_path {{_folder}}/uwsgi;
            scgi_temp_path {{_folder}}/scgi;
            ssl_certificate {{_folder}}/certificate.pem;
            ssl_certificate_key {{_folder}}/key.pem;
            server {
                listen [::]:443 ssl http2 ipv6only=off;
                listen [::]:8443 ssl http2 ipv6only=off;
                listen [::]:80 ipv6only=off;
                location / { return 200 "{{name}}"; }
                location = /301 { return 301 $arg_to; }
                location = /302 { return 302 $arg_to; }
                location = /303 { return 303 $arg_to; }
                location = /307 { return 307 $arg_to; }
                location = /308 { return 308 $arg_to; }
                location = /loop { return 302 /loop; }
                location = /h3 { add_header Alt-Svc 'h3=":443"; ma=3600, h3=":8443"; ma=3600'; return 200 "{{name}}"; }
            }
        }
        """;
}
