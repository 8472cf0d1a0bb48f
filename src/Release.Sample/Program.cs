using Release.Sample;

#pragma warning disable RS0030 // The program is where the clock comes from.
return await SampleHost.Run(
    args, Environment.GetEnvironmentVariable(SampleOptions.FaultsVariable), Console.Error, TimeProvider.System);
