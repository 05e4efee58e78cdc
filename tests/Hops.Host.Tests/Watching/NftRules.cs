using System.Diagnostics;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Rules of nftables in a namespace, which go with it.</summary>
internal static class NftRules
{
    /// <summary>Has <c>nft</c> carry out commands.</summary>
    public static void Apply(NetworkNamespace at, string commands)
    {
        ProcessStartInfo start = new(Requires.Program("nftables", "nft"), ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using Process nft = at.Run(() => Process.Start(start)!);
        using (StreamWriter input = nft.StandardInput)
        {
            input.Write(commands);
        }

        using StreamReader errors = nft.StandardError;
        string said = errors.ReadToEnd();
        nft.WaitForExit();
        Assert.True(nft.ExitCode == 0, said);
    }
}
