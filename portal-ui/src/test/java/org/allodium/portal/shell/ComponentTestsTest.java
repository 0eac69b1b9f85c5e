package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.Route;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.portal.parts.Sheet;
import org.junit.jupiter.api.Test;

/// Every view and dialog has a [PageTest] named after it; also what opens dialogs and is named for
/// them.
class ComponentTestsTest {
    private static final String ROOM = "org.allodium.portal.";
    private static final Set<String> LACKING = Set.of();

    @Test
    void everyViewAndDialogHasOne() {
        var without =
                Portal.classes().stream()
                        .filter(ComponentTestsTest::needsOne)
                        .map(Class::getName)
                        .filter(name -> !hasOne(name))
                        .map(name -> name.substring(ROOM.length()))
                        .collect(Collectors.toSet());
        assertThat(without).isEqualTo(LACKING);
    }

    private static boolean needsOne(Class<?> type) {
        return Dialog.class.isAssignableFrom(type)
                || Sheet.class.isAssignableFrom(type) && type != Sheet.class
                || HasErrorParameter.class.isAssignableFrom(type)
                || type.isAnnotationPresent(Route.class)
                || type.getName().matches(".*(View|Dialogs?)");
    }

    private static boolean hasOne(String name) {
        try {
            return PageTest.class.isAssignableFrom(Class.forName(name + "Test"));
        } catch (ClassNotFoundException none) {
            return false;
        }
    }
}
