return Hops.Benchmarks.CommandLine.Run(args);
