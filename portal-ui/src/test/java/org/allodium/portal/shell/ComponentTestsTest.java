package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every view and dialog has a [PageTest] named after it.
class ComponentTestsTest {
    private static final String ROOM = "org.allodium.portal.";
    private static final Set<String> LACKING = Set.of();

    @Test
    void everyViewAndDialogHasOne() {
        var without =
                Portal.classes().stream()
                        .map(Class::getName)
                        .filter(name -> name.matches(".*(View|Dialogs?)"))
                        .filter(name -> !hasOne(name))
                        .map(name -> name.substring(ROOM.length()))
                        .collect(Collectors.toSet());
        assertThat(without).isEqualTo(LACKING);
    }

    private static boolean hasOne(String name) {
        try {
            return PageTest.class.isAssignableFrom(Class.forName(name + "Test"));
        } catch (ClassNotFoundException none) {
            return false;
        }
    }
}
