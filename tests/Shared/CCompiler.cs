using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hops.TestSupport;

/// <summary>The C compiler: what it says of the kernel's headers is what they mean.</summary>
internal static partial class CCompiler
{
    /// <summary>Evaluates constant expressions.</summary>
    /// <param name="includes">The headers: <c>linux/bpf.h</c>.</param>
    /// <param name="expressions">Each an integer constant of C.</param>
    /// <returns>Their values, in order; null for one that does not compile with the headers that are installed.</returns>
    public static long?[] Evaluate(IEnumerable<string> includes, IReadOnlyList<string> expressions)
    {
        string compiler = Requires.Program("gcc", "gcc", "cc");
        string folder = Directory.CreateTempSubdirectory("ccompiler-").FullName;
        try
        {
            string source = Path.Combine(folder, "values.c");
            string program = Path.Combine(folder, "values");
            string head = string.Concat(includes.Select(static i => $"#include <{i}>\n"));

            // An enumeration's own type is unsigned int where that is enough: through long long, so that -1 and 2^32 - 1 keep apart.
            string[] lines = [.. expressions.Select(static (e, i) => $"printf(\"{i} %lld\\n\", (long long)({e}));")];
            HashSet<int> failed = [];
            for (int attempt = 0; ; attempt++)
            {
                StringBuilder text = new(head + "int printf(const char *, ...);\nint main(void) {\n#line 1\n");
                for (int i = 0; i < lines.Length; i++)
                {
                    text.Append(failed.Contains(i) ? "" : lines[i]).Append('\n');
                }

                text.Append("return 0; }\n");
                File.WriteAllText(source, text.ToString());
                (int status, _, string errors) = Command.Try(compiler, "-w", "-D_GNU_SOURCE", "-fmax-errors=0", "-o", program, source);
                if (status == 0)
                {
                    break;
                }

                int before = failed.Count;
                failed.UnionWith(ErrorLine().Matches(errors).Select(static m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) - 1));
                Assert.True(attempt < 5 && failed.Count > before, $"{compiler}: {errors}");
            }

            long?[] values = new long?[expressions.Count];
            foreach (string[] line in Command.Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' ')))
            {
                values[int.Parse(line[0], CultureInfo.InvariantCulture)] = long.Parse(line[1], CultureInfo.InvariantCulture);
            }

            return values;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Compiles a program.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="program">Where it goes; the text is put beside it.</param>
    public static void Build(string source, string program)
    {
        string text = program + ".c";
        File.WriteAllText(text, source);
        Command.Run(Requires.Program("gcc", "gcc", "cc"), "-Wall", "-Werror", "-o", program, text);
    }

    [GeneratedRegex(@"values\.c:(\d+):\d+: error:")]
    private static partial Regex ErrorLine();
}
