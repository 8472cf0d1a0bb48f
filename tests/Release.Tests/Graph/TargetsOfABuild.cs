using Nuke.Common;
using Nuke.Common.Execution;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class TargetsOfABuild
{
    [Fact]
    public void Are_its_own_its_base_classes_and_its_components_in_that_order()
        => TargetDiscovery.Properties(typeof(Shop)).ConvertAll(TargetDiscovery.NameOf)
            .ShouldBe(["Open", "Close", "Secretly", "Pack", "OfBase", "Guarded", "Ship"], ignoreOrder: false);

    [Fact]
    public async Task Run_the_classs_own_implementation_in_place_of_the_components()
    {
        using var run = new GraphRun<Shop>();
        (await run.Run("Ship Pack")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["own pack", "default pack", "ship"]);
    }

    [Fact]
    public async Task Take_over_the_base_classs_words_with_Base()
    {
        using var run = new GraphRun<Shop>();
        (await run.Run("Open")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["base open", "open"]);
    }

    [Fact]
    public async Task Are_refused_where_one_is_an_alias_of_another()
    {
        using var run = new GraphRun<Aliased>();
        (await run.Run("A")).ShouldBe(2);
        run.Error.ShouldContain("alias");
    }

    [Fact]
    public async Task Are_refused_where_two_components_have_the_same_name()
    {
        using var run = new GraphRun<Ambiguous>();
        (await run.Run("Pack")).ShouldBe(2);
        run.Error.ShouldContain("IPack and IRepack both have a target Pack");
    }

    [Fact]
    public async Task May_refer_to_a_component_that_is_not_there_only_by_the_Try_form()
    {
        using var tries = new GraphRun<Tries>();
        (await tries.Run("A")).ShouldBe(0, tries.Error);
        using var insists = new GraphRun<Insists>();
        (await insists.Run("A")).ShouldBe(2);
        insists.Error.ShouldContain("A refers to IPack, which Insists does not implement");
    }

    [Fact]
    public void Are_equal_at_each_read()
    {
        var shop = new Shop();
        shop.Close.ShouldBe(shop.Close);
        var targets = TargetDiscovery.Targets(shop, TargetDiscovery.Properties(typeof(Shop)));
        targets.Contains(shop.Close).ShouldBeTrue();
        targets.Where(static target => target.Name == "Open").Contains(shop.Close).ShouldBeFalse();
    }

    internal abstract class Store : NukeBuild
    {
        public virtual Target Open => _ => _.Traced("base open");
        public Target OfBase => _ => _;
        protected Target Guarded => _ => _;
        private Target Hidden => _ => _;
    }

    internal interface IPack : INukeBuild
    {
        Target Pack => _ => _.Traced("default pack");
    }

    internal interface IRepack : INukeBuild
    {
        Target Pack => _ => _;
    }

    internal interface IShip : INukeBuild
    {
        Target Ship => _ => _.TryDependsOn<IPack>().Traced("ship");
    }

    internal sealed class Shop : Store, IPack, IShip
    {
        public override Target Open => _ => _.Base().Traced("open");
        public Target Close => _ => _;
        private Target Secretly => _ => _;
        Target IPack.Pack => _ => _.Traced("own pack").Inherit<IPack>(x => x.Pack);
    }

    internal sealed class Aliased : NukeBuild
    {
        public Target A => B;
        public Target B => _ => _;
    }

    internal sealed class Ambiguous : NukeBuild, IPack, IRepack;

    internal sealed class Tries : NukeBuild
    {
        public Target A => _ => _.TryDependsOn<IPack>(x => x.Pack).TryAfter<IPack>().Traced("a");
    }

    internal sealed class Insists : NukeBuild
    {
        public Target A => _ => _.DependsOn<IPack>(x => x.Pack);
    }
}
