using System.Diagnostics;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>
/// This machine once more, as far as its files are concerned: all that is written, installed or removed goes to memory, and with it. Its processes see the same
/// network; where it was booted, processes, network and systemd are its own.
/// </summary>
internal sealed class PrivateMachine : IDisposable
{
    /// <summary>Where the package is on it.</summary>
    public const string Package = "/tmp/hops.deb";

    private const string SetUp = """
        # In the machine's own mount namespace. $1: a folder, $2: the package.
        mount -t tmpfs -o mode=0755 tmpfs "$1"
        cd "$1"
        mkdir upper work root
        mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root
        cd root
        mount -t tmpfs -o mode=0755 tmpfs run
        mount -t tmpfs -o mode=1777 tmpfs tmp
        cp "$2" tmp/hops.deb
        # A developer who has the package keeps it: it goes on this machine only. So does what forbids dpkg, in a container, to install documentation or
        # start services.
        rm -f etc/dpkg/dpkg.cfg.d/docker etc/dpkg/dpkg.cfg.d/excludes usr/sbin/policy-rc.d
        mount --rbind /dev dev
        chroot . dpkg --purge hops >/dev/null 2>&1
        umount --recursive dev
        chroot . groupdel hops 2>/dev/null || true
        enter() { mkdir -p old && pivot_root . old && umount --lazy old; }

        """;

    private const string Files = """
        for folder in proc sys dev; do mount --rbind "/$folder" "$folder"; done
        enter
        echo ready
        exec cat
        """;

    // Only PID 1 and the programs of a test run in it, and they cannot change this machine's kernel.
    private const string Systemd = """
        mount -t proc proc proc
        mount --bind proc/sys proc/sys
        mount -o remount,bind,ro proc/sys
        mount -t sysfs -o ro sysfs sys
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        mount -t tmpfs -o mode=0755 tmpfs dev
        for device in null zero full random urandom tty; do touch "dev/$device" && mount --bind "/dev/$device" "dev/$device"; done
        mkdir dev/pts dev/shm
        mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
        ln -s pts/ptmx dev/ptmx
        rm -rf etc/systemd/system/*.wants usr/lib/systemd/system/*.wants
        printf '[Unit]\nDefaultDependencies=no\nAllowIsolate=yes\n' >etc/systemd/system/bare.target
        ip link set lo up
        enter
        exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=bare.target --log-target=null --show-status=no </dev/null
        """;

    private readonly Process _holder;
    private readonly TemporaryCgroup? _cgroup;
    private readonly string _folder;
    private readonly string[] _through;

    private PrivateMachine(Process holder, string folder, TemporaryCgroup? cgroup)
    {
        (_holder, _folder, _cgroup) = (holder, folder, cgroup);
        string? ready = holder.StandardOutput.ReadLine();
        string pid = ready?.Split(' ')[^1] ?? "";
        _through = ready is null ? [] : cgroup is null
            ? ["nsenter", $"--mount=/proc/{holder.Id}/ns/mnt", "--"]
            : ["nsenter", "--target", pid, "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--"];
        Root = $"/proc/{(cgroup is null ? $"{holder.Id}" : pid)}/root";
        if (ready is null)
        {
            string errors = holder.StandardError.ReadToEnd();
            Dispose();
            Assert.Fail($"A private machine could not be set up: {errors}");
        }
    }

    private string Root { get; }

    /// <summary>Its files are this machine's, and all that is written is its own.</summary>
    public static PrivateMachine Start(string package)
    {
        Requires.Root();
        Requires.Program("util-linux", "nsenter");
        return new(Hold(["unshare", "--mount", "--propagation", "private", "bash", "-ec", SetUp + Files, "bash"], package, out string folder), folder, null);
    }

    /// <summary>The same, with a systemd that has booted, and nothing started.</summary>
    public static PrivateMachine Boot(string package)
    {
        Requires.Root();
        Requires.Program("util-linux", "nsenter");
        Requires.Program("iproute2", "ip");
        Assert.SkipUnless(System.IO.File.Exists("/lib/systemd/systemd"), "needs systemd: apt-get install systemd");
        TemporaryCgroup cgroup = TemporaryCgroup.Create();
        // The first process holds the second and waits for the end of its input.
        string hold = $"""
            echo $$ >{cgroup.Path}/cgroup.procs
            unshare --mount --propagation private --pid --fork --kill-child --net --ipc --uts --cgroup bash -ec "$1" bash "$2" "$3" >&2 &
            until read -r child </proc/$!/task/$!/children; [ -n "$child" ]; do kill -0 $!; done
            # systemctl can wait only for a systemd that listens already.
            enter="nsenter --target $child --mount --pid --"
            until $enter systemctl is-system-running --wait 2>/dev/null | grep -qE 'running|degraded'; do kill -0 $!; sleep 0.1; done
            echo "ready $child"
            cat
            # With the first process of a PID namespace go all others, and then it.
            kill -KILL $child
            wait
            echo $$ >{TemporaryCgroup.Root}/cgroup.procs
            find {cgroup.Path} -mindepth 1 -depth -type d -exec rmdir {"{}"} +
            """;
        return new(Hold(["bash", "-ec", hold, "bash", SetUp + Systemd], package, out string folder), folder, cgroup);
    }

    /// <returns>The way to a file of the machine from outside.</returns>
    public string File(string path) => Root + path;

    /// <summary>Runs a command on it, to its end.</summary>
    /// <returns>What it printed. Where it fails, so does the test.</returns>
    public string Run(params string[] command) => Command.Run(_through[0], [.. _through[1..], .. command]);

    public (int Status, string Output, string Errors) Try(params string[] command) => Command.Try(_through[0], [.. _through[1..], .. command]);

    public void Dispose()
    {
        _holder.StandardInput.Dispose();
        _holder.WaitForExit();
        _holder.StandardOutput.Dispose();
        _holder.StandardError.Dispose();
        _holder.Dispose();
        _cgroup?.Dispose();
        Directory.Delete(_folder);
    }

    private static Process Hold(string[] command, string package, out string folder)
    {
        folder = Directory.CreateTempSubdirectory("hops-machine-").FullName;
        return Process.Start(new ProcessStartInfo(command[0], [.. command[1..], folder, package])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
