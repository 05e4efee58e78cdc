using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Hops.Host.Learning;
using Hops.TestSupport;

namespace Hops.Host.Tests.Learning;

/// <summary>The file in which learnt distances are kept, and attacks on it.</summary>
[SupportedOSPlatform("linux")]
public sealed class HopBaselineFileTests : IDisposable
{
    private const string Two = "hops-baseline 1\nout 192.0.2.0/24 443 9 11\nin 2001:db8::/48 22 4 4\nend\n";

    private readonly string _folder;
    private readonly string _path;

    public HopBaselineFileTests()
    {
        Requires.Root();
        _folder = Directory.CreateTempSubdirectory("hops-learning-").FullName;
        _path = Path.Combine(_folder, "learnt.txt");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_learnt_is_read_again_and_added_to()
    {
        using (HopBaselineFile file = HopBaselineFile.Open(_path))
        {
            Assert.Equal("hops-baseline 1\nend\n", Read(_path));
            foreach (string remote in (string[])["203.0.113.9:443", "[2001:db8:1::]:443", "192.0.2.1:443", "192.0.2.1:80", "[::1]:443"])
            {
                file.Baseline.Add(Connections.Outgoing(remote, 60));
            }

            file.Baseline.Add(Connections.Incoming("192.0.2.9:22", "10.0.0.1:5000", 250));
            file.Save();
        }

        using (HopBaselineFile file = HopBaselineFile.Open(_path))
        {
            Assert.Equal(6, file.Baseline.Count);
            file.Baseline.Add(Connections.Outgoing("192.0.2.77:443", 58));
            file.Save();
        }

        string expected = """
            hops-baseline 1
            out 192.0.2.0/24 80 4 4
            out 192.0.2.0/24 443 4 6
            out 203.0.113.0/24 443 4 4
            out ::/48 443 4 4
            out 2001:db8:1::/48 443 4 4
            in 10.0.0.0/24 22 5 5
            end

            """;
        Assert.Equal(expected, File.ReadAllText(_path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
        Assert.Equal([_path], Directory.GetFileSystemEntries(_folder));
        Assert.Equal(HopDeviationKind.Nearer, HopBaseline.Load(_path).Compare(Connections.Outgoing("192.0.2.1:443", 61))?.Kind);
    }

    [Fact]
    public void The_most_that_can_be_learnt_is_read_again()
    {
        using (HopBaselineFile file = HopBaselineFile.Open(_path))
        {
            Connections.Fill(file.Baseline);
            file.Save();
        }

        Assert.Equal(HopBaseline.MaximumEntries, HopBaseline.Load(_path).Count);
        string longest = $"out {string.Join(':', Enumerable.Repeat("ffff", 3))}::/48 65535 35 35\n";
        Assert.InRange(longest.Length * HopBaseline.MaximumEntries, 1, BaselineText.MaximumSize - 20);
    }

    [Fact]
    public void Two_at_once_cannot_learn_into_it_and_readers_can_read_it()
    {
        using HopBaselineFile one = HopBaselineFile.Open(_path);
        string refusal = Assert.Throws<HopBaselineException>(() => HopBaselineFile.Open(_path)).Message;
        Assert.Contains("Another process is learning", refusal, StringComparison.Ordinal);
        one.Baseline.Add(Connections.Outgoing("192.0.2.1:443", 60));
        one.Save();
        Assert.Equal(1, HopBaseline.Load(_path).Count);
        // Saved, it is another file, and locked as the first was.
        Assert.Throws<HopBaselineException>(() => HopBaselineFile.Open(_path));
        one.Dispose();
        using HopBaselineFile other = HopBaselineFile.Open(_path);
        Assert.Equal(1, other.Baseline.Count);
    }

    [Fact]
    public async Task Of_many_that_make_it_at_once_one_learns_into_it()
    {
        for (int round = 0; round < 5; round++)
        {
            string path = $"{_path}{round}";
            Task<HopBaselineFile?>[] all = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        return HopBaselineFile.Open(path);
                    }
                    catch (HopBaselineException e) when (e.Message.StartsWith("Another process is learning", StringComparison.Ordinal))
                    {
                        return null;
                    }
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            HopBaselineFile? only = Assert.Single(await Task.WhenAll(all), static file => file is not null);
            only!.Dispose();
        }
    }

    [Fact]
    public void What_a_killed_process_left_is_replaced()
    {
        // A link that root would write through.
        string target = Path.Combine(_folder, "target");
        File.WriteAllText(target, "keep");
        File.CreateSymbolicLink(Path.Combine(_folder, ".learnt.txt.hops-new"), target);
        using HopBaselineFile file = HopBaselineFile.Open(_path);
        Assert.Equal("keep", File.ReadAllText(target));
        Assert.Equal([_path, target], Directory.GetFileSystemEntries(_folder).Order());
    }

    [Fact]
    public void A_link_that_was_put_in_its_place_is_replaced_and_not_followed()
    {
        string target = Path.Combine(_folder, "target");
        File.WriteAllText(target, "keep");
        using HopBaselineFile file = HopBaselineFile.Open(_path);
        File.Delete(_path);
        File.CreateSymbolicLink(_path, target);
        file.Baseline.Add(Connections.Outgoing("192.0.2.1:443", 60));
        file.Save();
        Assert.Equal("keep", File.ReadAllText(target));
        Assert.Equal(1, HopBaseline.Load(_path).Count);
    }

    [Theory]
    [InlineData("ln -s other PATH", "it is a symbolic link")]
    [InlineData("ln -s nowhere PATH", "it is a symbolic link")]
    [InlineData("ln other PATH", "several names")]
    [InlineData("mkfifo -m 600 PATH", "not a regular file")]
    [InlineData("mkdir PATH", "not a regular file")]
    [InlineData("mknod -m 600 PATH c 1 5", "not a regular file")]
    [InlineData("cp other PATH && chown 65534 PATH", "it belongs to user 65534")]
    [InlineData("cp other PATH && chmod 620 PATH", "may write to it")]
    [InlineData("cp other PATH && chmod 602 PATH", "may write to it")]
    [InlineData("cp other PATH && chmod 777 .", "can be written to by others")]
    [InlineData("cp other PATH && chmod 770 .", "can be written to by others")]
    [InlineData("cp other PATH && chown 65534 .", "belongs to user 65534, who could put another file there")]
    [InlineData("cp other PATH && chmod 1777 . && chown 65534 .", "belongs to user 65534, who could put another file there")]
    public void A_file_that_others_could_have_written_or_replaced_is_refused(string script, string expected)
    {
        string other = Path.Combine(_folder, "other");
        File.WriteAllText(other, Two);
        File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Command.Run(Requires.Program("bash", "bash"), "-ec", $"cd {_folder}; {script.Replace("PATH", _path, StringComparison.Ordinal)}");
        foreach (Action open in (Action[])[() => HopBaseline.Load(_path), () => HopBaselineFile.Open(_path).Dispose()])
        {
            string message = Assert.Throws<HopBaselineException>(open).Message;
            Assert.Contains("is not to be trusted", message, StringComparison.Ordinal);
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }

        Assert.Equal(Two, File.ReadAllText(other));
    }

    [Fact]
    public void A_file_behind_a_link_of_a_folder_is_refused()
    {
        string real = Directory.CreateDirectory(Path.Combine(_folder, "real")).FullName;
        File.WriteAllText(Path.Combine(real, "learnt.txt"), Two);
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, real);
        foreach (string path in (string[])[$"{link}/learnt.txt", $"{link}/new.txt", $"{link}/../link/learnt.txt"])
        {
            Assert.Contains(
                $"{link} is a symbolic link", Assert.Throws<HopBaselineException>(() => HopBaselineFile.Open(path)).Message, StringComparison.Ordinal);
        }

        Assert.Equal([$"{real}/learnt.txt"], Directory.GetFileSystemEntries(real));
    }

    [Fact]
    public void In_a_folder_of_all_users_that_is_sticky_it_is_made_for_its_owner_only()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        using HopBaselineFile file = HopBaselineFile.Open(_path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
    }

    [Theory]
    [InlineData("nowhere/learnt.txt")]
    [InlineData("other/learnt.txt")]
    public void A_folder_that_is_none_is_named(string name)
    {
        File.WriteAllText(Path.Combine(_folder, "other"), "");
        string message = Assert.Throws<HopBaselineException>(() => HopBaselineFile.Open(Path.Combine(_folder, name))).Message;
        Assert.Contains(Path.Combine(_folder, Path.GetDirectoryName(name)!), message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_cannot_be_compared_with() => Assert.Contains(
        "Nothing was learnt yet", Assert.Throws<HopBaselineException>(() => HopBaseline.Load(_path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "")]
    [InlineData(1, "\n")]
    [InlineData(1, "end\n")]
    [InlineData(1, "hops-baseline 2\nend\n")]
    [InlineData(1, "hops-baseline 1\r\nend\r\n")]
    [InlineData(1, "\ufeffhops-baseline 1\nend\n")]
    [InlineData(1, "hops-baseline 1")]
    [InlineData(2, "hops-baseline 1\n")]
    [InlineData(2, "hops-baseline 1\nend")]
    [InlineData(3, "hops-baseline 1\nend\nend")]
    [InlineData(3, "hops-baseline 1\nout 192.0.2.0/24 443 9 11\nout 192.0.2.0/24 44")]
    [InlineData(3, "hops-baseline 1\nout 192.0.2.0/24 443 9 11\n")]
    [InlineData(2, "hops-baseline 1\nend\nout 192.0.2.0/24 443 9 11\nend\n")]
    [InlineData(4, "hops-baseline 1\nout 192.0.2.0/24 443 9 11\nout 192.0.3.0/24 443 9 11\nout 192.0.2.0/24 443 9 11\nend\n")]
    [InlineData(3, "hops-baseline 1\nout 192.0.2.0/24 443 9 11\nout 192.0.2.0/24 443 1 35\nend\n")]
    public void A_file_that_was_cut_off_or_is_none_is_refused_with_its_line(int line, string text) => AssertRefused(line, text);

    [Theory]
    [InlineData("")]
    [InlineData("# comment")]
    [InlineData("out 192.0.2.0/24 443 9")]
    [InlineData("out 192.0.2.0/24 443 9 11 12")]
    [InlineData("out  192.0.2.0/24 443 9 11")]
    [InlineData("out 192.0.2.0/24 443 9 11 ")]
    [InlineData("out 192.0.2.0/24 443 9 11\r")]
    [InlineData("out\t192.0.2.0/24 443 9 11")]
    [InlineData("OUT 192.0.2.0/24 443 9 11")]
    [InlineData("both 192.0.2.0/24 443 9 11")]
    [InlineData("out 192.0.2.1/24 443 9 11")]
    [InlineData("out 192.0.2.0/25 443 9 11")]
    [InlineData("out 192.0.2.0/024 443 9 11")]
    [InlineData("out 192.0.2.0 443 9 11")]
    [InlineData("out 192.0.2/24 443 9 11")]
    [InlineData("out 192.0.002.0/24 443 9 11")]
    [InlineData("out 3221225984/24 443 9 11")]
    [InlineData("out 0xc0.0.2.0/24 443 9 11")]
    [InlineData("out example.com/24 443 9 11")]
    [InlineData("out ::ffff:192.0.2.0/120 443 9 11")]
    [InlineData("out ::ffff:192.0.2.0/48 443 9 11")]
    [InlineData("out 2001:db8::/32 443 9 11")]
    [InlineData("out 2001:DB8::/48 443 9 11")]
    [InlineData("out 2001:db8:0::/48 443 9 11")]
    [InlineData("out 2001:db8::1/48 443 9 11")]
    [InlineData("out fe80::%1/48 443 9 11")]
    [InlineData("out [2001:db8::]/48 443 9 11")]
    [InlineData("out 192.0.2.0/24 0 9 11")]
    [InlineData("out 192.0.2.0/24 65536 9 11")]
    [InlineData("out 192.0.2.0/24 -1 9 11")]
    [InlineData("out 192.0.2.0/24 0443 9 11")]
    [InlineData("out 192.0.2.0/24 443 11 9")]
    [InlineData("out 192.0.2.0/24 443 9 36")]
    [InlineData("out 192.0.2.0/24 443 -9 11")]
    [InlineData("out 192.0.2.0/24 443 09 11")]
    [InlineData("out 192.0.2.0/24 443 9 4294967307")]
    [InlineData("out 192.0.2.0/24 443 \u0669 11")]
    [InlineData("out 192.0.2.0/24 443 9 11\0")]
    public void A_line_that_no_watch_writes_is_refused_with_its_number(string line) =>
        AssertRefused(3, $"hops-baseline 1\nout 198.51.100.0/24 443 9 11\n{line}\nend\n");

    [Fact]
    public void A_giant_file_is_not_read()
    {
        using (FileStream giant = File.Create(_path))
        {
            giant.Write("hops-baseline 1\n"u8);
            giant.SetLength(1L << 40);
        }

        Assert.Contains("greater than", Assert.Throws<HopBaselineException>(() => HopBaseline.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_too_many_is_refused()
    {
        StringBuilder text = new("hops-baseline 1\n");
        for (int i = 0; i <= HopBaseline.MaximumEntries; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"out {1 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}.0/24 443 9 11\n");
        }

        AssertRefused(HopBaseline.MaximumEntries + 2, $"{text}end\n");
    }

    [Fact]
    public void On_a_full_disk_it_stays_as_it_was_and_nothing_learnt_is_lost()
    {
        string disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk);
        try
        {
            string path = Path.Combine(disk, "learnt.txt");
            using (HopBaselineFile file = HopBaselineFile.Open(path))
            {
                file.Baseline.Add(Connections.Outgoing("192.0.2.1:443", 60));
                file.Save();
                string before = Read(path);
                Connections.Fill(file.Baseline);
                string message = Assert.Throws<HopBaselineException>(file.Save).Message;
                Assert.Contains("could not be written", message, StringComparison.Ordinal);
                Assert.Equal(before, Read(path));
                Assert.Equal([path], Directory.GetFileSystemEntries(disk));
                Command.Run("mount", "-o", "remount,size=16m", disk);
                file.Save();
            }

            Assert.Equal(HopBaseline.MaximumEntries, HopBaseline.Load(path).Count);
            File.Delete(path);
            Command.Run("bash", "-c", $"head -c 16m /dev/zero >{disk}/zero || true");
            Assert.Contains(
                "could not be written", Assert.Throws<HopBaselineException>(() => HopBaselineFile.Open(path)).Message, StringComparison.Ordinal);
            Assert.Equal([$"{disk}/zero"], Directory.GetFileSystemEntries(disk));
        }
        finally
        {
            Command.Run("umount", disk);
        }
    }

    [Fact]
    public async Task Who_reads_while_it_is_written_sees_a_whole_file()
    {
        using HopBaselineFile file = HopBaselineFile.Open(_path);
        using CancellationTokenSource stop = new();
        Task<int> reading = Task.Run(() =>
        {
            int seen = 0;
            while (!stop.IsCancellationRequested)
            {
                Assert.InRange(HopBaseline.Load(_path).Count, seen, HopBaseline.MaximumEntries);
                seen = HopBaseline.Load(_path).Count;
            }

            return seen;
        });
        for (int i = 0; i < 255; i++)
        {
            file.Baseline.Add(Connections.Outgoing($"192.0.{i}.1:443", 60));
            file.Save();
        }

        await stop.CancelAsync();
        Assert.InRange(await reading, 1, 255);
        Assert.Equal(255, HopBaseline.Load(_path).Count);
    }

    private void AssertRefused(int line, string text)
    {
        File.WriteAllText(_path, text);
        foreach (Action open in (Action[])[() => HopBaseline.Load(_path), () => HopBaselineFile.Open(_path).Dispose()])
        {
            HopBaselineException refusal = Assert.Throws<HopBaselineException>(open);
            Assert.Equal(line, refusal.Line);
            Assert.Contains($"line {line} ", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(Encoding.UTF8.GetBytes(text), File.ReadAllBytes(_path));
    }

    /// <summary>Not by .NET, which does not read a file that another has locked.</summary>
    private static string Read(string path) => Command.Run("cat", path);
}
