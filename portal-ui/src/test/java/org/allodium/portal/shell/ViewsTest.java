package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.router.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is easily forgotten at a new page and fails silently.
class ViewsTest {
    @Test
    void everyPageIsABeanAndSaysForWhomItIs() {
        var pages = pages();
        assertThat(pages).hasSizeGreaterThan(15);
        assertThat(pages)
                .allSatisfy(
                        page -> {
                            assertThat(page).hasAnnotation(CdiComponent.class);
                            assertThat(page).hasAnnotation(SeenBy.class);
                            assertThat(page.getAnnotation(Route.class).layout())
                                    .isEqualTo(MainLayout.class);
                        });
    }

    static List<Class<?>> pages() {
        return Portal.classes().stream()
                .filter(type -> type.isAnnotationPresent(Route.class))
                .toList();
    }
}
