package org.allodium.portal.shell;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.allodium.tenancy.Permission;

/// For whom a page is meant: whoever of the audience holds the permission; without one, everybody
/// of the audience. It hides pages; the services decide.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SeenBy {
    Audience value();

    /// One at most: an annotation has no other word for none.
    Permission[] needs() default {};

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
