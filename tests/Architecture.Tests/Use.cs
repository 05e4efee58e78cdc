using Microsoft.CodeAnalysis;

namespace Architecture.Tests;

/// <summary>A place in one folder that names a type of another folder.</summary>
/// <param name="From">The folder of the place; empty for the root.</param>
/// <param name="To">The folder of the type; empty for the root.</param>
/// <param name="Type">The type.</param>
/// <param name="Place">File and line.</param>
internal sealed record Use(string From, string To, INamedTypeSymbol Type, string Place);
