package org.allodium.portal.parts;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.ComponentUtil;
import com.vaadin.flow.component.dialog.Dialog;
import java.util.ArrayList;
import java.util.List;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.portal.shell.PageTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AskTest extends PageTest {
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void openDialog() {
        open(null, "");
    }

    private Ask ask(Runnable action) {
        var ask =
                new Ask("Remove it?", "It cannot be brought back.", "Keep it")
                        .whoStays(() -> heard.add("stays"))
                        .answer(
                                "Remove",
                                Ask.Tone.DANGEROUS,
                                () -> {
                                    action.run();
                                    heard.add("removed");
                                });
        ask.open();
        roundTrip();
        assertThat(shown()).contains("Remove it?", "It cannot be brought back.");
        return ask;
    }

    @Test
    void doesWhatIsAnswered() {
        ask(() -> {});
        answer("Remove");
        assertThat(heard).containsExactly("removed");
        assertThat(shown()).doesNotContain("Remove it?");
    }

    @Test
    void doesNothingForWhoeverStays() {
        ask(() -> {});
        answer("Keep it");
        assertThat(heard).containsExactly("stays");
        assertThat(shown()).doesNotContain("Remove it?");
    }

    @Test
    void takesEscapeForTheAnswerThatChangesNothing() {
        var ask = ask(() -> {});
        ComponentUtil.fireEvent(ask, new Dialog.DialogCloseActionEvent(ask, true));
        roundTrip();
        assertThat(heard).containsExactly("stays");
        assertThat(shown()).doesNotContain("Remove it?");
    }

    @Test
    void saysWhyItWasRefused() {
        ask(
                () -> {
                    throw Refused.of(
                            ErrorCode.PERMISSION_DENIED, "tenancy.needs-role", "owner, admin");
                });
        answer("Remove");
        assertThat(shown())
                .contains("This needs one of the roles owner, admin.")
                .doesNotContain("Remove it?");
        assertThat(heard).isEmpty();
    }
}
