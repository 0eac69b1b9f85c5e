package org.allodium.sovereignty;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// What a request would touch. `residency` and `dataClass` are the caller's own demands (headers
/// `x-residency`, `x-data-class`): they may only tighten. `key` is the API key's id, whose type a
/// room to the right has. `candidates` are the pools where the model is deployed. `spilledTokens`
/// says per consent (R16) how many tokens spilled under it; a consent that is not in it is one of
/// which nobody knows. `retrieval` names for a candidate the pool whose encoder reads the request
/// too, to look passages up for the answer.
public record PlacementRequest(
        TenantId tenant,
        @Nullable ProjectId project,
        @Nullable UUID key,
        List<PoolId> candidates,
        Set<Activity> activities,
        @Nullable String residency,
        @Nullable String dataClass,
        @Nullable String model,
        Map<String, Long> spilledTokens,
        Map<PoolId, PoolId> retrieval) {
    public PlacementRequest {
        candidates = List.copyOf(candidates);
        activities = Set.copyOf(activities);
        spilledTokens = Map.copyOf(spilledTokens);
        retrieval = Map.copyOf(retrieval);
    }

    /// A request for whose answer nothing is looked up.
    public PlacementRequest(
            TenantId tenant,
            @Nullable ProjectId project,
            @Nullable UUID key,
            List<PoolId> candidates,
            Set<Activity> activities,
            @Nullable String residency,
            @Nullable String dataClass,
            @Nullable String model,
            Map<String, Long> spilledTokens) {
        this(
                tenant,
                project,
                key,
                candidates,
                activities,
                residency,
                dataClass,
                model,
                spilledTokens,
                Map.of());
    }

    /// A request that no consent to spill with named models or a cap applies to.
    public PlacementRequest(
            TenantId tenant,
            @Nullable ProjectId project,
            @Nullable UUID key,
            List<PoolId> candidates,
            Set<Activity> activities,
            @Nullable String residency,
            @Nullable String dataClass) {
        this(tenant, project, key, candidates, activities, residency, dataClass, null, Map.of());
    }

    /// The same with what is known of the tokens that spilled.
    PlacementRequest knowing(Map<String, Long> spilled) {
        return new PlacementRequest(
                tenant,
                project,
                key,
                candidates,
                activities,
                residency,
                dataClass,
                model,
                spilled,
                retrieval);
    }

    /// The same question about one activity alone.
    public PlacementRequest only(PoolId pool, Activity activity) {
        return at(pool, Set.of(activity));
    }

    /// The same question about the pool whose encoder looks passages up. What the installation
    /// itself does is asked with the pool that answers.
    public PlacementRequest encodedOn(PoolId encoder) {
        return at(
                encoder,
                activities.stream()
                        .filter(activity -> !activity.ofInstallation())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private PlacementRequest at(PoolId pool, Set<Activity> what) {
        return new PlacementRequest(
                tenant,
                project,
                key,
                List.of(pool),
                what,
                residency,
                dataClass,
                model,
                spilledTokens);
    }

    /// The processing activities that a request may trigger. Some happen where its pool is, the
    /// rest in sinks of the installation, whichever pool answers. A new sink is one line here, its
    /// facts, and the requests that name it.
    public enum Activity {
        PROCESS(Site.POOL, DataCategory.CUSTOMER_DATA),
        CACHE(Site.POOL, DataCategory.CUSTOMER_DATA),
        KV_CACHE(Site.POOL, DataCategory.CUSTOMER_DATA),
        /// The pool's own log.
        LOG(Site.POOL, DataCategory.TELEMETRY),
        /// Answers that are given again for the same question.
        ANSWER_CACHE(Site.SPARED, DataCategory.CUSTOMER_DATA),
        /// A line for each request.
        REQUEST_LOG(Site.INSTALLATION, DataCategory.TELEMETRY),
        TRACE(Site.STANDING, DataCategory.TELEMETRY),
        METRICS(Site.INSTALLATION, DataCategory.TELEMETRY),
        /// Receipts, and what they are signed over.
        RECEIPT(Site.INSTALLATION, DataCategory.CUSTOMER_METADATA),
        /// What was used, by whom it is paid, and every balance.
        LEDGER(Site.INSTALLATION, DataCategory.DATA_ABOUT_THE_CUSTOMER),
        /// Keys, members, and when they were used last.
        DIRECTORY(Site.INSTALLATION, DataCategory.TECHNICAL_DATA),
        /// An answer kept so that a repeated request gets the same.
        KEPT_ANSWER(Site.SPARED, DataCategory.CUSTOMER_DATA),
        MAIL(Site.SPARED, DataCategory.TECHNICAL_DATA),
        /// Copies of the database, of whichever categories the facts name.
        BACKUP(Site.STANDING, DataCategory.CUSTOMER_METADATA);

        private enum Site {
            POOL,
            /// A sink of the installation that no request can do without.
            INSTALLATION,
            /// A sink of the installation that a request goes without where it may not be used.
            SPARED,
            /// A sink that not every installation has. On record it takes from every request.
            STANDING
        }

        /// What every inference touches, whatever it asks for.
        public static final Set<Activity> OF_EVERY_REQUEST =
                Set.of(PROCESS, KV_CACHE, LOG, REQUEST_LOG, METRICS, RECEIPT, LEDGER, DIRECTORY);

        private final Site site;
        private final DataCategory category;

        Activity(Site site, DataCategory category) {
            this.site = site;
            this.category = category;
        }

        public boolean ofInstallation() {
            return site != Site.POOL;
        }

        /// Whether a request is answered without it where it is not permitted.
        public boolean spared() {
            return site == Site.SPARED;
        }

        /// Whether it takes from every request of the installation as soon as it is on record.
        public boolean standing() {
            return site == Site.STANDING;
        }

        /// What it holds in any case, so that a fact for this has to be on record.
        public DataCategory category() {
            return category;
        }
    }
}
