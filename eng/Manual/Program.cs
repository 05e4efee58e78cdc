using Manual.Completion;

namespace Manual;

/// <summary>Writes the manual page and the completions of <c>hops</c>, from the definition of its command line.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is not [var folder])
        {
            Console.Error.WriteLine("usage: Manual FOLDER     writes hops.1, hops.bash, _hops (for zsh) and hops.fish into it");
            return 2;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "hops.1"), ManualPage.Write());
        File.WriteAllText(Path.Combine(folder, "hops.bash"), Bash.Write());
        File.WriteAllText(Path.Combine(folder, "_hops"), Zsh.Write());
        File.WriteAllText(Path.Combine(folder, "hops.fish"), Fish.Write());
        return 0;
    }
}
