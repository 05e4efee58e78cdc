namespace Hops.Cli.Watching.Top;

/// <summary>What the person wants to see. Keys change it.</summary>
internal readonly record struct TopView(TopGrouping Grouping, TopSort Sort)
{
    /// <summary>The view after a key, the same one for a key without a meaning.</summary>
    public TopView After(char key) => char.ToLowerInvariant(key) switch
    {
        'c' => this with { Sort = TopSort.Connections },
        'd' => this with { Sort = TopSort.Distance },
        'b' => this with { Sort = TopSort.Bytes },
        'l' => this with { Sort = TopSort.LastSeen },
        'n' => this with { Grouping = TopGrouping.Networks },
        'p' => this with { Grouping = TopGrouping.Processes },
        '\t' => this with { Grouping = Grouping == TopGrouping.Networks ? TopGrouping.Processes : TopGrouping.Networks },
        _ => this,
    };
}
