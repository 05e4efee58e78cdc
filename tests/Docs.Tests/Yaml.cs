using YamlDotNet.RepresentationModel;

namespace Docs.Tests;

/// <summary>A place in a YAML document. What is not there fails the test.</summary>
internal sealed class Yaml
{
    private readonly YamlNode _node;

    private Yaml(YamlNode node) => _node = node;

    public string Text => Assert.IsType<YamlScalarNode>(_node).Value!;

    public string[] Texts => [.. Assert.IsType<YamlSequenceNode>(_node).Select(static n => new Yaml(n).Text)];

    public string[] Names => [.. Assert.IsType<YamlMappingNode>(_node).Children.Keys.Select(static n => new Yaml(n).Text)];

    /// <summary>The only document of a kind in a file.</summary>
    public static Yaml Read(string path, string kind)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(Documentation.Read(path)));
        return Assert.Single(stream.Documents.Select(static d => new Yaml(d.RootNode)), y => y.At("kind").Text == kind);
    }

    /// <param name="steps">Names and indices.</param>
    public Yaml At(params object[] steps) => steps.Aggregate(this, static (yaml, step) => new Yaml(step is int index
        ? Assert.IsType<YamlSequenceNode>(yaml._node).Children[index]
        : Assert.IsType<YamlMappingNode>(yaml._node).Children[new YamlScalarNode((string)step)]));
}
