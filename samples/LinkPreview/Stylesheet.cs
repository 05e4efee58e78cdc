using System.Security.Cryptography;
using System.Text;

namespace LinkPreview;

/// <summary>Provides the style sheet that each page contains. The content security policy allows it by its hash, and forbids all other sources.</summary>
internal static class Stylesheet
{
    public const string Text = """
        :root {
          color-scheme: light dark;
          --page: #f6f7f9; --card: #fff; --text: #1b1f24; --quiet: #57606a; --line: #8c959f; --accent: #0b57d0; --on-accent: #fff; --bad: #b3261e
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #15181c; --card: #20252b; --text: #e8eaed; --quiet: #a3acb5; --line: #6b7580; --accent: #8ab4f8; --on-accent: #10223f; --bad: #f2a49d
          }
        }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
        main { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem }
        h1 { margin: 0 0 1.5rem; font-size: 1.5rem }
        h2 { margin: 0; font-size: 1.25rem; line-height: 1.3 }
        h2, dd, a { overflow-wrap: anywhere }
        a { color: var(--accent) }
        label { font-weight: 600 }
        form div { display: flex; flex-wrap: wrap; gap: .5rem; margin: .25rem 0 }
        input, button { min-height: 2.75rem; border: 1px solid var(--line); border-radius: .5rem; padding: 0 .75rem; font: inherit }
        input { flex: 1 1 16rem; min-width: 0; background: var(--card); color: inherit }
        input[aria-invalid] { border-color: var(--bad) }
        button { flex: 0 0 auto; border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
        input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
        .hint, dt { margin: 0; color: var(--quiet); font-size: .875rem }
        .failure { margin: 1rem 0 0; color: var(--bad); font-weight: 600 }
        article { margin-top: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; background: var(--card) }
        dl { margin: 1rem 0 0 }
        dd { margin: 0 0 .75rem }
        dd:last-child { margin: 0 }
        table { border-collapse: collapse; margin: .5rem 0 1.5rem }
        th, td { padding: .25rem 1.5rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left }
        """;

    /// <summary>The source expression that allows this stylesheet and no other (Content Security Policy Level 3, section 2.3.1).</summary>
    public static string Source { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";
}
