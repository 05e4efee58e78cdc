namespace Ebpf.TypeInformation;

/// <summary>Represents a type of <see cref="BtfTypes"/>.</summary>
/// <param name="Id">The id of the type in its <see cref="BtfTypes"/>, from 1 on.</param>
/// <param name="Kind">The kind of the type.</param>
/// <param name="Name">The name; null if it has none.</param>
/// <param name="Size">
/// The size in bytes of kinds that store it: integers, structures, unions, enumerations, floating-point numbers and sections; 0 for the other kinds, whose size
/// <see cref="BtfTypes.SizeOf(int)"/> computes.
/// </param>
/// <param name="TypeId">
/// The id of the type that this type refers to: the target of a pointer, the element of an array, the type that a <c>typedef</c> names, the result of a
/// function. 0 is <see cref="BtfKind.Void"/>, or no type.
/// </param>
/// <param name="Count">The number of members, enumeration values, parameters or variables; for an array, the number of elements.</param>
public readonly record struct BtfType(int Id, BtfKind Kind, string? Name, uint Size, int TypeId, uint Count);
