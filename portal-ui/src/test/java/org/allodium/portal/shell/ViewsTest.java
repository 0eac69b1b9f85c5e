package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.router.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is easily forgotten at a new page and fails silently.
class ViewsTest {
    private static final Path CLASSES = Path.of("target/classes");

    @Test
    void everyPageIsABeanAndSaysForWhomItIs() throws Exception {
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

    static List<Class<?>> pages() throws IOException, ClassNotFoundException {
        var pages = new ArrayList<Class<?>>();
        try (var files = Files.walk(CLASSES.resolve("org/allodium/portal"))) {
            for (var file : files.filter(path -> path.toString().endsWith("View.class")).toList()) {
                var name = CLASSES.relativize(file).toString().replace('/', '.');
                var type =
                        Class.forName(
                                name.substring(0, name.length() - ".class".length()),
                                false,
                                ViewsTest.class.getClassLoader());
                if (type.isAnnotationPresent(Route.class)) {
                    pages.add(type);
                }
            }
        }
        return pages;
    }
}
