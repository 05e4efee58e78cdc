namespace Ebpf.TypeInformation;

#pragma warning disable CA1720 // Identifiers that contain names of types: here the names of types are the subject.
/// <summary>Specifies the kind of a BTF type (<c>BTF_KIND_…</c> in <c>linux/btf.h</c>).</summary>
public enum BtfKind
{
    /// <summary><c>void</c>, the absence of a type, with the id 0.</summary>
    Void = 0,

    /// <summary>An integer, a character or a Boolean value. Linux 4.18.</summary>
    Integer = 1,

    /// <summary>A pointer. Linux 4.18.</summary>
    Pointer = 2,

    /// <summary>An array of a fixed number of elements. Linux 4.18.</summary>
    Array = 3,

    /// <summary>A structure. Linux 4.18.</summary>
    Structure = 4,

    /// <summary>A union: a structure whose members share their memory. Linux 4.18.</summary>
    Union = 5,

    /// <summary>An enumeration of values of up to 32 bits. Linux 4.18.</summary>
    Enumeration = 6,

    /// <summary>A structure or union that is declared but not defined. Linux 4.18.</summary>
    Forward = 7,

    /// <summary>Another name for a type (<c>typedef</c>). Linux 4.18.</summary>
    Typedef = 8,

    /// <summary>A type with <c>volatile</c>. Linux 4.18.</summary>
    Volatile = 9,

    /// <summary>A type with <c>const</c>. Linux 4.18.</summary>
    Constant = 10,

    /// <summary>A type with <c>restrict</c>. Linux 4.18.</summary>
    Restrict = 11,

    /// <summary>A function; its type is a <see cref="FunctionPrototype"/>. Linux 5.0.</summary>
    Function = 12,

    /// <summary>The result and the parameters of a function. Linux 5.0.</summary>
    FunctionPrototype = 13,

    /// <summary>A global variable. Linux 5.2.</summary>
    Variable = 14,

    /// <summary>A section of an object file, with the variables in it. Linux 5.2.</summary>
    DataSection = 15,

    /// <summary>A floating-point number. Linux 5.13.</summary>
    Float = 16,

    /// <summary>A tag of a declaration: the kernel marks functions that programs may call with <c>bpf_kfunc</c>. Linux 5.16.</summary>
    DeclarationTag = 17,

    /// <summary>A tag of a type, such as <c>rcu</c> or <c>user</c>. Linux 5.17.</summary>
    TypeTag = 18,

    /// <summary>An enumeration of values of up to 64 bits. Linux 6.0.</summary>
    Enumeration64 = 19,
}
