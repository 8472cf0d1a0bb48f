using Release.Gateway;

#pragma warning disable RS0030 // The program is where the clock and new ids come from.
return await GatewayHost.Run(args, Console.Out, Console.Error, TimeProvider.System, Guid.NewGuid);
