using Hops.Benchmarks.Processes;
using Hops.TestSupport;

namespace Hops.Benchmarks.Tests;

public sealed class ProcessRunTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 143)]
    public void The_exit_status_is_that_of_a_shell(string script, int status) => Assert.Equal(status, Sh(script).ExitStatus);

    [Fact]
    public void What_a_process_prints_is_kept_with_its_errors() =>
        Assert.Equal("out\nerr\n", Sh("echo out; echo err >&2").Output);

    [Fact]
    public void A_process_reads_what_it_is_given()
    {
        Requires.Linux();
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "a line\n");
        Assert.Equal("a line\n", ProcessRun.Of("/bin/sh", ["-c", "cat"], input: file, captures: true).Output);
        File.Delete(file);
    }

    [Fact]
    public void Processor_time_includes_that_of_children() =>
        Assert.True(Sh("(i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done) & wait").ProcessorTime > TimeSpan.FromMilliseconds(1));

    [Fact]
    public void A_broken_pipe_ends_what_was_started_though_this_runtime_ignores_it() =>
        Assert.Equal("", Sh("yes | head -n 1 >/dev/null").Output);

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        Requires.Linux();
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => ProcessRun.Of("/nowhere/hops", []));
        Assert.Contains("/nowhere/hops could not be started: No such file or directory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_does_not_outlive_its_object()
    {
        Requires.Linux();
        ChildProcess child = ChildProcess.Start("/bin/sleep", ["1000"]);
        string folder = $"/proc/{child.Id}";
        Assert.True(Directory.Exists(folder));
        child.Dispose();
        Assert.False(Directory.Exists(folder));
    }

    private static ProcessRun Sh(string script)
    {
        Requires.Linux();
        return ProcessRun.Of("/bin/sh", ["-c", script], captures: true);
    }
}
