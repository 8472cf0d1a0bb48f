// On two cores, too: many tests wait for silent peers and slow programs rather than compute.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
