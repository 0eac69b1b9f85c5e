package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is the demo country's stands in `deploy/demo` and in tests: the product knows no country.
class DemoOutsideTest {
    private static final String SOURCE = ".*\\.(java|properties|json|sql|css|js|ya?ml|xml|html)";
    private static final Pattern CODE = Pattern.compile("\\bX[ABC]\\b|-x[abc]\\b");
    private static final Path DEMO = Modules.ROOT.resolve("deploy/demo");

    @Test
    void nothingElseNamesItsCountries() throws IOException {
        var product = new ArrayList<>(Modules.files("src/main", SOURCE));
        assertThat(product).hasSizeGreaterThan(700);
        product.removeIf(file -> file.startsWith(DEMO));
        assertThat(naming(product)).isEmpty();
    }

    @Test
    void noticesTheDeliberateViolation() throws IOException {
        var fixture = Modules.files("src/test/java/org/allodium/it/arch/fixture", SOURCE);
        assertThat(naming(fixture)).containsExactly("ViewThatKnowsTheDemo.java");
    }

    private static List<String> naming(List<Path> files) throws IOException {
        var naming = new ArrayList<String>();
        for (var file : files) {
            if (CODE.matcher(Files.readString(file)).find()) {
                naming.add(file.getFileName().toString());
            }
        }
        return naming;
    }
}
