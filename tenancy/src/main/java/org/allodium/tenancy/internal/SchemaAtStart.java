package org.allodium.tenancy.internal;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import jakarta.persistence.SchemaValidationException;
import javax.sql.DataSource;
import org.allodium.tenancy.Schema;

/// Before all else: migrate, then let Hibernate compare its entities; a difference stops the start.
@ApplicationScoped
class SchemaAtStart {
    @Resource(lookup = "jdbc/owner")
    DataSource owner;

    @PersistenceUnit(unitName = "allodium")
    EntityManagerFactory entities;

    void prepare(@Observes @Priority(1) @Initialized(ApplicationScoped.class) Object start)
            throws SchemaValidationException {
        Schema.migrate(owner);
        entities.getSchemaManager().validate();
    }
}
