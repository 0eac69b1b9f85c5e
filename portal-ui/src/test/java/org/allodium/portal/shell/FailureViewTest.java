package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.RouteConfiguration;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.junit.jupiter.api.Test;

class FailureViewTest extends PageTest {
    @Test
    void saysANumberAndNothingOfWhatFailed() {
        RouteConfiguration.forSessionScope().setRoute("broken", Broken.class);
        open(null, "broken");
        assertThat(shown())
                .contains("This page could not be shown", "To the start page")
                .anyMatch(
                        line ->
                                line.matches(
                                        "Something failed on our side, and nothing was changed\\."
                                                + " Tell the service desk this number: \\S+"))
                .noneMatch(line -> line.contains("cable"));
    }

    @Test
    void saysWhyThePageIsRefused() {
        RouteConfiguration.forSessionScope().setRoute("refused", Refusing.class);
        open(null, "refused");
        assertThat(shown()).contains("This page could not be shown", "Nothing is here any more.");
    }

    /// A page with a fault.
    public static class Broken extends Div {
        public Broken() {
            throw new IllegalStateException("The cable to the database hangs loose");
        }
    }

    /// A page whose service says no.
    public static class Refusing extends Div {
        public Refusing() {
            throw new Refused(ErrorCode.CONFLICT, Sentence.asSaid("Nothing is here any more."));
        }
    }
}
