namespace Ebpf.Objects;

/// <summary>The kinds of objects that <c>bpf(2)</c> gives descriptors for.</summary>
internal enum ObjectKind
{
    Map,
    Program,
    Link,
}
