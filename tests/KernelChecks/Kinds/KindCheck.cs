using Ebpf;

namespace KernelChecks.Kinds;

/// <summary>A kind at work on this kernel: a row of a family's table.</summary>
/// <param name="Name">What it is called in the output.</param>
/// <param name="Since">The minimum kernel that the documentation tells for all that <paramref name="See"/> uses.</param>
/// <param name="See">Has it work, and tells in a few words what was seen. Throws where that is not what should be.</param>
internal sealed record KindCheck(string Name, string Since, Func<string> See)
{
    /// <summary>Runs the check and prints its line.</summary>
    /// <returns>Whether this kernel does what the documentation says; null where nothing can be said.</returns>
    public bool? Run()
    {
        Version kernel = Environment.OSVersion.Version;
        Version since = Version.Parse(Since);
        bool isTooOld = kernel < since;
        try
        {
            string seen = See();
            return isTooOld ? Print("wrong", $"it works, and the documentation asks for Linux {Since}: {seen}") : Print("right", seen);
        }
        catch (BpfException e) when (isTooOld)
        {
            // The refusal must be known for what it is, and name the documented kernel.
            bool isExplained = e.IsNotSupported && e.Message.Contains($"it needs Linux {Since}, and this is {kernel.ToString(2)}", StringComparison.Ordinal);
            return Print(isExplained ? "right" : "wrong", $"refused: {e.Message}");
        }
        catch (NotBuiltException e)
        {
            Console.WriteLine($"CHECK left-out {Name}: {e.Message}");
            return null;
        }
#pragma warning disable CA1031 // The checks behind it must run, too.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Print("wrong", $"{e.GetType().Name}: {e.Message}");
        }
    }

    private bool Print(string verdict, string text)
    {
        Console.WriteLine($"CHECK {verdict} {Name}: {text.ReplaceLineEndings(" | ")}");
        return verdict == "right";
    }
}
