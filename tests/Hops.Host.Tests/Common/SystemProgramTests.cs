using System.Diagnostics;
using Hops.Common;

namespace Hops.Host.Tests.Common;

public sealed class SystemProgramTests
{
    [Theory]
    [InlineData("/usr/bin:/bin", "/usr/bin", "/bin")]
    [InlineData(".:/usr/bin::bin:../x:~/bin:", "/usr/bin")]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(null, "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")]
    public void Only_folders_that_do_not_depend_on_where_one_stands_are_searched(string? path, params string[] folders) =>
        Assert.Equal(folders, SystemProgram.Folders(path));

    [Fact]
    public void A_program_gets_two_variables_and_stands_at_the_root()
    {
        ProcessStartInfo start = SystemProgram.Command("/bin/true", "a", "b c");
        Assert.Equal(["LC_ALL", "PATH"], start.Environment.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("/bin/true", "/", false), (start.FileName, start.WorkingDirectory, start.UseShellExecute));
        Assert.Equal(["a", "b c"], start.ArgumentList);
    }

    [Fact]
    public void What_is_no_program_is_not_found()
    {
        Assert.Null(SystemProgram.Find("no-program-has-this-name"));
        Assert.StartsWith("/", SystemProgram.Find("sh"), StringComparison.Ordinal);
    }
}
