using System.Diagnostics;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Support;

/// <summary>Rules of a firewall, in one namespace and gone with it.</summary>
internal static class NftRules
{
    public static void Apply(NetworkNamespace at, string rules)
    {
        ProcessStartInfo start = new(Requires.Program("nftables", "nft"), ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using Process nft = at.Run(() => Process.Start(start)!);
        nft.StandardInput.Write(rules);
        nft.StandardInput.Close();
        string errors = nft.StandardError.ReadToEnd();
        nft.WaitForExit();
        Assert.True(nft.ExitCode == 0, errors);
    }
}
