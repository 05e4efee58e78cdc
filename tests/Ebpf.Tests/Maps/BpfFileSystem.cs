using System.Diagnostics;

namespace Ebpf.Tests.Maps;

/// <summary>A file system of type bpf of the test's own, unmounted with all its pins in the end.</summary>
internal sealed class BpfFileSystem : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bpffs-").FullName;

    public BpfFileSystem()
    {
        try
        {
            Run("mount", "-t", "bpf", "bpf", _folder);
        }
        catch
        {
            Directory.Delete(_folder);
            throw;
        }
    }

    public string this[string name] => Path.Combine(_folder, name);

    public void Dispose()
    {
        Run("umount", _folder);
        Directory.Delete(_folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
    }
}
