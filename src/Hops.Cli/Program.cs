Hops.Cli.InheritedDescriptors.Reserve();
return Hops.Cli.CommandLine.Run(args);
