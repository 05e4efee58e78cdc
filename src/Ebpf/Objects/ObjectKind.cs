namespace Ebpf.Objects;

/// <summary>The kinds of objects for which <c>bpf(2)</c> returns descriptors.</summary>
internal enum ObjectKind
{
    Map,
    Program,
    Link,
}
