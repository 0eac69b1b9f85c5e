package org.allodium.billing.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.allodium.billing.Application.State;
import org.allodium.billing.ApplicationId;
import org.allodium.billing.ProgrammeId;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.TenantId;
import org.hibernate.Session;
import org.jdbi.v3.core.Handle;

/// Programmes and applications, as far as the present scope may see and change them.
@ApplicationScoped
public class FundingRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public FundingRepository() {}

    public FundingRepository(EntityManager manager) {
        this.manager = manager;
    }

    /// Rows written in the same transaction as the entities. What these have changed goes first, so
    /// that the rows may lean on it.
    public void inTransaction(Consumer<Handle> writing) {
        manager.flush();
        manager.unwrap(Session.class).doWork(connection -> writing.accept(Database.on(connection)));
    }

    public void add(Object entity) {
        manager.persist(entity);
        manager.flush();
    }

    public List<FundingProgramme> programmes() {
        return manager.createQuery(
                        "select p from FundingProgramme p order by p.closesAt desc, p.title",
                        FundingProgramme.class)
                .getResultList();
    }

    public Optional<FundingProgramme> programme(ProgrammeId id) {
        return Optional.ofNullable(manager.find(FundingProgramme.class, id.value()));
    }

    public String title(GrantApplication application) {
        return programme(new ProgrammeId(application.programme()))
                .map(FundingProgramme::title)
                .orElse("");
    }

    /// Held to the end of the transaction: officers who draw on one programme take turns.
    public FundingProgramme lockProgramme(UUID id) {
        return required(
                manager.find(FundingProgramme.class, id, LockModeType.PESSIMISTIC_WRITE),
                Sentence.of("billing.no-programme"));
    }

    /// Held to the end of the transaction: who comes second finds it decided.
    public GrantApplication lockApplication(ApplicationId id) {
        return required(
                manager.find(GrantApplication.class, id.value(), LockModeType.PESSIMISTIC_WRITE),
                Sentence.of("billing.no-application"));
    }

    public Optional<GrantApplication> application(ApplicationId id) {
        return Optional.ofNullable(manager.find(GrantApplication.class, id.value()));
    }

    public boolean hasOpen(TenantId tenant, ProgrammeId programme) {
        return manager.createQuery(
                                "select count(a) from GrantApplication a where a.tenant = :tenant"
                                        + " and a.programme = :programme and a.state = :open",
                                Long.class)
                        .setParameter("tenant", tenant.value())
                        .setParameter("programme", programme.value())
                        .setParameter("open", State.SUBMITTED)
                        .getSingleResult()
                > 0;
    }

    /// Newest first.
    public List<GrantApplication> ofTenant(TenantId tenant) {
        return manager.createQuery(
                        "select a from GrantApplication a where a.tenant = :tenant"
                                + " order by a.submittedAt desc, a.id desc",
                        GrantApplication.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    /// Waiting ones first, oldest first; then the decided ones, latest verdict first.
    public List<GrantApplication> queue(int offset, int limit) {
        return manager.createQuery(
                        "select a from GrantApplication a"
                                + " order by a.decidedAt desc nulls first, a.submittedAt, a.id",
                        GrantApplication.class)
                .setFirstResult(offset)
                .setMaxResults(limit)
                .getResultList();
    }

    public long waiting() {
        return manager.createQuery(
                        "select count(a) from GrantApplication a where a.state = :open", Long.class)
                .setParameter("open", State.SUBMITTED)
                .getSingleResult();
    }

    private static <T> T required(@org.jspecify.annotations.Nullable T found, Sentence otherwise) {
        if (found == null) {
            throw new Refused(ErrorCode.NOT_FOUND, otherwise);
        }
        return found;
    }
}
