using Xunit.Sdk;
using Xunit.v3;

// Tests count descriptors and use up processors: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
