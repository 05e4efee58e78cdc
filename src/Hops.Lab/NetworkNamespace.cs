using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Hops.Common;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Lab;

/// <summary>
/// Represents a Linux network namespace, with its own interfaces, addresses, routes and sysctls. It has no name in the file system, and exists as long as this
/// object, a process or a socket in it. So nothing remains to clean up, however this process ends.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/network_namespaces.7.html"/>
public sealed class NetworkNamespace : IDisposable
{
    private const int EPERM = 1;

    private readonly SafeFileHandle _descriptor;

    private NetworkNamespace(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Gets the path for other processes while this object exists; <c>nsenter --net=PATH</c> and <c>ip</c> accept it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_descriptor.DangerousGetHandle()}";

    /// <summary>Makes an empty namespace.</summary>
    /// <exception cref="LabUnavailableException">This is not Linux, or the process may not: it needs CAP_SYS_ADMIN.</exception>
    public static NetworkNamespace Create()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LabUnavailableException($"The lab is made of Linux network namespaces, and this is {RuntimeInformation.OSDescription}.");
        }

        return OnThread(static () =>
        {
            if (LibC.Unshare(LibC.CloneNewNet) != 0)
            {
                throw Explain("unshare(CLONE_NEWNET)");
            }

            return new NetworkNamespace(File.OpenHandle("/proc/thread-self/ns/net"));
        });
    }

    /// <summary>
    /// Runs code on a thread in the namespace. Sockets that it makes, and processes that it starts, stay in the namespace for good.
    /// </summary>
    public T Run<T>(Func<T> code) => OnThread(() =>
    {
        if (LibC.SetNamespace(_descriptor, LibC.CloneNewNet) != 0)
        {
            throw Explain("setns");
        }

        return code();
    });

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action code) => Run<object?>(() =>
    {
        code();
        return null;
    });

    /// <summary>Writes a sysctl of the namespace, such as <c>net/ipv4/ip_forward</c>.</summary>
    public void SetSysctl(string name, int value) => Run(() => File.WriteAllText($"/proc/sys/{name}", $"{value}\n"));

    /// <summary>Has <c>ip -batch</c> carry out commands in the namespace.</summary>
    /// <exception cref="LabUnavailableException">iproute2 is not installed.</exception>
    /// <exception cref="OperationCanceledException">A signal ended <c>ip</c>.</exception>
    /// <exception cref="InvalidOperationException"><c>ip</c> refused a command.</exception>
    public void Ip(IEnumerable<string> commands)
    {
        using Process ip = Run(StartIp);
        // Disposing a process leaves open the streams that were used.
        using (StreamWriter input = ip.StandardInput)
        {
            input.Write(string.Join('\n', commands) + "\n");
        }

        using StreamReader error = ip.StandardError;
        string errors = error.ReadToEnd();
        ip.WaitForExit();
        // 128 + SIGINT or SIGTERM: an interrupt at the terminal also reaches the children of this process.
        if (ip.ExitCode is 130 or 143)
        {
            throw new OperationCanceledException("'ip' was interrupted.");
        }

        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"'ip -batch' failed: {errors.Trim()}");
        }
    }

    /// <summary>Releases the namespace, which continues to exist while sockets and processes use it.</summary>
    public void Dispose() => _descriptor.Dispose();

    private static Process StartIp()
    {
        string path = SystemProgram.Find("ip")
            ?? throw new LabUnavailableException("The lab needs the command 'ip': install iproute2 (apt-get install iproute2).");
        ProcessStartInfo start = SystemProgram.Command(path, "-batch", "-");
        start.RedirectStandardInput = true;
        start.RedirectStandardError = true;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabUnavailableException($"The lab needs the command 'ip', and {path} could not be started: {e.Message}.", e);
        }
    }

    private static LabUnavailableException Explain(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return error == EPERM
            ? new LabUnavailableException($"The lab makes network namespaces, which needs root (CAP_SYS_ADMIN): run it with sudo ({call}: EPERM).")
            : new LabUnavailableException($"The kernel refused a network namespace ({call}: errno {error}).");
    }

    /// <summary>Runs code on a new thread. Without capabilities a thread cannot return to its old namespace, so it must not come from a pool.</summary>
    private static T OnThread<T>(Func<T> code)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = code();
            }
#pragma warning disable CA1031 // Rethrown on the caller's thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
