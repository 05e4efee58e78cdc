Hops.Cli.Shell.InheritedDescriptors.Reserve();
return (int)Hops.Cli.CommandLine.Run(args);
