namespace Ebpf.TypeInformation;

/// <summary>A type of <see cref="BtfTypes"/>.</summary>
/// <param name="Id">Its number among the types of the same <see cref="BtfTypes"/>, from 1 on.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; null if it has none.</param>
/// <param name="Size">
/// Bytes, of the kinds that say so themselves: integers, structures, unions, enumerations, floating-point numbers and sections; 0 of the others, whose
/// size <see cref="BtfTypes.SizeOf(int)"/> computes.
/// </param>
/// <param name="TypeId">
/// The id of the type that it refers to: what a pointer points to, the element of an array, what a <c>typedef</c> names, what a function returns.
/// 0 is <see cref="BtfKind.Void"/>, or that it refers to none.
/// </param>
/// <param name="Count">How many members, enumeration values, parameters or variables it has; of an array, how many elements.</param>
public readonly record struct BtfType(int Id, BtfKind Kind, string? Name, uint Size, int TypeId, uint Count);
