using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A guarded program has no rights that would take it out, and programs that give some give none.</summary>
public sealed class EscapeRightsTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    private const string Root = "user root\ncapabilities some\npacket-socket OK\nroot-procs OK\n";
    private const string Ordinary = "user other\ncapabilities none\npacket-socket EPERM\nroot-procs EACCES\n";

    [Theory]
    [InlineData(Promise.None, Root)]
    [InlineData(Promise.Misled, Ordinary)]
    [InlineData(Promise.Isolated, Ordinary)]
    public void A_set_user_ID_program_of_root_is_not_roots(Promise promise, string expected) =>
        Assert.Equal(expected, RunCopy(promise, "setuid", static copy => Command.Run("chmod", "4755", copy)).Output);

    /// <summary>The kernel does not execute a program whose capabilities it may not get.</summary>
    [Theory]
    [InlineData(Promise.None, 0, "user other\ncapabilities some\npacket-socket OK\nroot-procs OK\n")]
    [InlineData(Promise.Misled, 126, "")]
    [InlineData(Promise.Isolated, 126, "")]
    public void A_program_whose_file_has_capabilities_does_not_run(Promise promise, int status, string expected)
    {
        Outcome outcome = RunCopy(promise, "capable", static copy =>
            Command.Run(Requires.Program("libcap2-bin", "setcap"), "cap_net_raw,cap_dac_override,cap_sys_admin,cap_net_admin+ep", copy));
        outcome.AssertStatus(status);
        Assert.Equal(expected, outcome.Output);
    }

    [Theory]
    [InlineData(Promise.None)]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void It_begins_without_rights(Promise promise) => Assert.Equal(Ordinary, lab.Run(promise, "rights", TemporaryCgroup.Root).Output);

    [Theory]
    [InlineData("--user", "root")]
    [InlineData("--user", "0")]
    [InlineData("--user", "00")]
    public void It_is_never_roots(params string[] user)
    {
        Outcome outcome = (lab.Command(Promise.Misled)).Run(["guard", "--min-hops", "3", .. user, "--", "id"]);
        outcome.AssertStatus(125);
        Assert.Equal("", outcome.Output);
        Assert.Contains("cannot run as root", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SUDO_UID", "0", "cannot run as root")]
    [InlineData("SUDO_UID", "", "use --user USER")]
    [InlineData("PKEXEC_UID", "0", "cannot run as root")]
    [InlineData("DOAS_USER", "root", "cannot run as root")]
    public void Nor_where_root_called_sudo(string variable, string value, string said)
    {
        Outcome outcome = (lab.Command(Promise.Misled) with { Variables = new Dictionary<string, string> { [variable] = value } }).Run(
            "guard", "--min-hops", "3", "--", "id");
        outcome.AssertStatus(125);
        Assert.Equal("", outcome.Output);
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
    }

    private Outcome RunCopy(Promise promise, string name, Action<string> prepare)
    {
        string copy = Path.Combine(lab.Folder, name);
        if (!File.Exists(copy))
        {
            File.Copy(lab.Program("rights"), copy);
            prepare(copy);
        }

        return lab.Command(promise).Run([.. lab.Words(promise), copy, TemporaryCgroup.Root]);
    }
}
