package org.allodium.it.journeys;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/// A long journey as tests of its own, one for each step, in their order and in the same browser.
/// What follows a step that failed builds on it, and is skipped.
final class Steps {
    private final List<DynamicTest> steps = new ArrayList<>();
    private final Browsing browsing;
    private String failed = "";

    /// The browser is closed after the last step.
    Steps(Browsing browsing) {
        this.browsing = browsing;
    }

    Steps then(String name, Executable work) {
        steps.add(DynamicTest.dynamicTest(name, () -> take(name, work)));
        return this;
    }

    private void take(String name, Executable work) throws Throwable {
        assumeThat(failed).as("the step that failed").isEmpty();
        failed = name;
        try {
            work.execute();
            failed = "";
        } finally {
            if (!failed.isEmpty()) {
                browsing.look();
            }
        }
    }

    Stream<DynamicTest> asTests() {
        return steps.stream().onClose(browsing::close);
    }
}
