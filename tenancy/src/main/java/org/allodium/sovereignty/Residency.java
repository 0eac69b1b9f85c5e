package org.allodium.sovereignty;

import static java.util.stream.Collectors.toSet;
import static org.allodium.sovereignty.ProcessingActivity.INSTALLATION;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.allodium.sovereignty.internal.Places;
import org.allodium.sovereignty.internal.Present;
import org.allodium.sovereignty.internal.Records;
import org.allodium.sovereignty.internal.StandingDecisions;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.News;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The shell around [Placement]: brings policies and the present facts, and asks. Facts and
/// policies are held in memory as one picture per epoch, as [News] tells it: a change binds the
/// next request on its node, and within a second any other's. What changes them reads the database.
/// See decisions 0125 and 0160.
@ApplicationScoped
public class Residency {
    /// No organisation has this id: a question about a policy alone is asked for nobody.
    private static final TenantId NOBODY = new TenantId(new UUID(0, 0));

    private static final int START = 3;

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject Clock clock;
    @Inject News news;

    private final StandingDecisions standing = new StandingDecisions();
    private volatile @Nullable Present held;

    /// For CDI.
    public Residency() {}

    /// Without a container.
    @SuppressWarnings("UnnecessaryAssignment")
    public Residency(DataSource platform, Clock clock, News news) {
        this.platform = platform;
        this.clock = clock;
        this.news = news;
        open(news);
    }

    void open(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        news.keep("sovereignty", new Pictured());
    }

    private final class Pictured implements News.Picture {
        @Override
        public void readAll(Handle handle) {
            held = Records.load(handle);
        }

        /// Names are epochs.
        @Override
        public void read(Handle handle, Set<String> names) {
            var epochs = names.stream().map(Long::valueOf).collect(toSet());
            held = Records.load(handle, Objects.requireNonNull(held), epochs);
        }
    }

    /// A name in `residency` or `dataClass` that nobody knows is an invalid request; a demand that
    /// would widen comes back as the decision's `requestFailure`.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Decision decide(PlacementRequest request) {
        return decide(request, consents -> Map.of());
    }

    /// `spilled` is asked when consents with a cap are in force, with their ids: how many tokens
    /// spilled under each. What it does not name is not known, and permits nothing.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Decision decide(
            PlacementRequest request, Function<Set<String>, Map<String, Long>> spilled) {
        own(request.tenant());
        var present = present();
        var at = clock.instant();
        var standing = this.standing.find(present, request, at);
        return standing.isPresent() ? standing.get() : decide(present, request, at, spilled);
    }

    private Decision decide(
            Present present,
            PlacementRequest request,
            Instant at,
            Function<Set<String>, Map<String, Long>> spilled) {
        var stack = present.stack(request.tenant(), request.project(), request.key());
        if (request.residency() != null && stack.offered(request.residency()).isEmpty()) {
            throw Refused.invalid("x-residency", "sovereignty.no-such-demand");
        }
        if (request.dataClass() != null && !stack.dataClasses().containsKey(request.dataClass())) {
            throw Refused.invalid("x-data-class", "sovereignty.no-such-class");
        }
        var capped = stack.capped(at);
        var known = capped.isEmpty() ? request : request.knowing(spilled.apply(capped));
        var decision = Placement.decide(stack, present.snapshot(), known, at);
        standing.keep(present, stack, request, decision);
        return decision;
    }

    /// Whether a sink of the installation may take from an organisation, under the policies over it
    /// and at this moment; for what is written beside any decision about a place.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public boolean mayTouch(TenantId tenant, PlacementRequest.Activity sink) {
        var question =
                new PlacementRequest(
                        tenant, null, null, List.of(INSTALLATION), Set.of(sink), null, null);
        return decide(question).permits(INSTALLATION);
    }

    /// The present facts of a pool for showing: place, operator, control. Empty when the pool is
    /// unknown.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<PoolPlace> place(PoolId pool) {
        return Places.of(present(), clock.instant()).of(pool);
    }

    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public List<PoolPlace> places() {
        return Places.all(present(), clock.instant());
    }

    /// The organisation's own policy by name; empty when it chose none, so that the strictest on
    /// offer applies.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<String> organisationPolicy(TenantId tenant) {
        own(tenant);
        return present()
                .use(new Present.Owner(Scope.ORGANISATION, tenant.value()))
                .map(Present.Use::policy);
    }

    /// Policies that an organisation may choose, strictest last.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public List<PolicyChoice> policyChoices() {
        return present().offer().stream()
                .flatMap(offer -> offer.policies().stream())
                .map(policy -> new PolicyChoice(policy.name()))
                .toList();
    }

    /// The places that a policy on offer excludes, by the same decision that requests meet.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public List<PoolPlace> excludedBy(String policyName) {
        var present = present();
        var at = clock.instant();
        var stack = present.platform();
        var pools = present.snapshot().facts().pools().stream().map(PoolFacts::id).toList();
        var decision =
                Placement.decide(
                        stack.under(
                                Scope.ORGANISATION,
                                stack.offered(policyName).orElseThrow(Residency::noSuchPolicy)),
                        present.snapshot(),
                        new PlacementRequest(
                                NOBODY,
                                null,
                                null,
                                pools,
                                PlacementRequest.Activity.OF_EVERY_REQUEST,
                                null,
                                null),
                        at);
        return Places.all(present, at).stream()
                .filter(place -> !decision.permits(place.pool()))
                .toList();
    }

    /// @param seen what the chooser takes to be the organisation's own policy, as
    ///     [#organisationPolicy] said; when it is another by now, nothing is changed
    @Requires(Permission.CHOOSE_POLICY)
    @Transactional(TxType.NOT_SUPPORTED)
    public void chooseOrganisationPolicy(
            TenantId tenant, String policyName, Optional<String> seen) {
        var owner = new Present.Owner(Scope.ORGANISATION, tenant.value());
        choose(owner, tenant, policyName, handle -> Records.demandAsSeen(handle, owner, seen));
    }

    /// For one project; it can only tighten what the organisation chose.
    @Requires(Permission.TIGHTEN_POLICY)
    @Transactional(TxType.NOT_SUPPORTED)
    public void chooseProjectPolicy(TenantId tenant, ProjectId project, String policyName) {
        choose(new Present.Owner(Scope.PROJECT, project.value()), tenant, policyName, _ -> {});
    }

    /// For one key; it can only tighten what the organisation chose.
    @Requires(Permission.TIGHTEN_POLICY)
    @Transactional(TxType.NOT_SUPPORTED)
    public void chooseKeyPolicy(TenantId tenant, UUID key, String policyName) {
        choose(new Present.Owner(Scope.KEY, key), tenant, policyName, _ -> {});
    }

    /// The organisation lets its work go to the named pools or countries outside its own policy's
    /// places, for a time. The platform's policy still has its say.
    @Requires(Permission.CONSENT_TO_SPILL)
    @Transactional(TxType.NOT_SUPPORTED)
    public void consentToSpill(TenantId tenant, SpillConsent consent) {
        own(tenant);
        if (consent.pools().isEmpty() && consent.countries().isEmpty()) {
            throw Refused.invalid("pools", "sovereignty.consent-names-nothing");
        }
        var owner = new Present.Owner(Scope.ORGANISATION, tenant.value());
        var use =
                recorded(tenant)
                        .use(owner)
                        .orElseThrow(
                                () ->
                                        Refused.of(
                                                ErrorCode.CONFLICT,
                                                "sovereignty.nothing-to-spill-from"));
        var consents = new ArrayList<>(use.consents());
        consents.add(consent);
        record(owner, tenant, use.policy(), consents, "consented to spill", _ -> {});
    }

    /// What the effective policy leaves open; empty where none is in force and nothing may run.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<PolicyReach> reach(TenantId tenant) {
        own(tenant);
        return PolicyReach.of(present().stack(tenant, null, null));
    }

    /// Each fact replaces the earlier of its kind and key from now on.
    @Requires(Permission.RECORD_FACTS)
    @Transactional(TxType.NOT_SUPPORTED)
    public void recordFacts(Facts facts) {
        TenantScope.current().demandPlatform();
        var at = clock.instant();
        change(
                "recorded %d facts".formatted(facts.all().size()),
                (handle, epoch) -> {
                    for (var fact : facts.all()) {
                        Records.fact(handle, epoch, fact, at);
                    }
                });
    }

    /// Records of these facts those about which nothing was ever said: what was said since, and
    /// what was withdrawn, stays as it is.
    @Requires(Permission.RECORD_FACTS)
    @Transactional(TxType.NOT_SUPPORTED)
    public void recordNew(Facts facts) {
        TenantScope.current().demandPlatform();
        var said = new Records(platform).keys();
        var fresh = facts.all().stream().filter(fact -> !said.contains(Records.key(fact))).toList();
        if (!fresh.isEmpty()) {
            recordFacts(Facts.of(fresh));
        }
    }

    /// The fact no longer holds, and nothing takes its place: whatever needs it is refused.
    @Requires(Permission.RECORD_FACTS)
    @Transactional(TxType.NOT_SUPPORTED)
    public void withdrawFact(Fact fact) {
        TenantScope.current().demandPlatform();
        var at = clock.instant();
        change(
                "withdrew %s %s".formatted(fact.getClass().getSimpleName(), fact.key()),
                (handle, epoch) ->
                        Records.withdrawal(handle, epoch, fact.getClass(), fact.key(), at));
    }

    /// Replaces everything that the platform offers.
    @Requires(Permission.OFFER_POLICIES)
    @Transactional(TxType.NOT_SUPPORTED)
    public void offerPolicies(PolicyOffer offer) {
        TenantScope.current().demandPlatform();
        var at = clock.instant();
        change(
                "offered " + offer.policies().stream().map(ResidencyPolicy::name).toList(),
                (handle, epoch) -> Records.offer(handle, epoch, offer, at));
    }

    private void choose(
            Present.Owner owner, TenantId tenant, String policyName, Records.Condition condition) {
        own(tenant);
        var present = recorded(tenant);
        var above =
                owner.scope() == Scope.ORGANISATION
                        ? present.platform()
                        : present.stack(tenant, null, null);
        var policy = above.offered(policyName).orElseThrow(Residency::noSuchPolicy);
        if (!above.allowsUnderneath(policy)) {
            throw Refused.of(ErrorCode.POLICY_WIDENING, "sovereignty.choice-widens", policyName)
                    .at("policy");
        }
        // A consent was given under the policy of its time; with another policy it ends.
        record(owner, tenant, policyName, List.of(), "chose " + policyName, condition);
    }

    private void record(
            Present.Owner owner,
            TenantId tenant,
            String policy,
            List<SpillConsent> consents,
            String what,
            Records.Condition condition) {
        var at = clock.instant();
        change(
                "%s %s %s".formatted(owner.scope(), owner.id(), what),
                (handle, epoch) -> {
                    condition.demand(handle);
                    Records.use(
                            handle,
                            epoch,
                            owner,
                            tenant,
                            new Present.Use(policy, consents, epoch, at));
                });
    }

    private void change(String what, Records.Writing writing) {
        new Records(platform)
                .change(TenantScope.current().subject(), what, clock.instant(), writing);
        news.bindNext();
    }

    private Present present() {
        news.demandFresh();
        return Objects.requireNonNull(held);
    }

    /// For whoever is about to change it: as the database has it, not a second older.
    private Present recorded(TenantId tenant) {
        return new Records(platform).loadFor(new Present.Owner(Scope.ORGANISATION, tenant.value()));
    }

    private static void own(TenantId tenant) {
        TenantScope.currentIfBound().ifPresent(scope -> scope.demand(tenant));
    }

    private static Refused noSuchPolicy() {
        return Refused.invalid("policy", "sovereignty.no-such-policy");
    }
}
