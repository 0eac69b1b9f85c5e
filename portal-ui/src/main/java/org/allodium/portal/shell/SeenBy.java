package org.allodium.portal.shell;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.allodium.tenancy.Role;

/// For whom a page is meant. Without roles: for everybody of the audience. It hides pages; the
/// services decide.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SeenBy {
    Audience value();

    Role[] roles() default {};

    /// Shows one project's things; the whole organisation has no such page.
    boolean inProject() default false;

    enum Audience {
        EVERYBODY,
        SIGNED_IN,
        /// Members working for an organisation.
        ORGANISATION,
        STAFF
    }
}
