package org.allodium.portal.parts;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.TextField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.allodium.kernel.Refused;
import org.allodium.portal.shell.PageTest;
import org.allodium.tenancy.Permission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FormDialogTest extends PageTest {
    private final List<String> saved = new ArrayList<>();

    @BeforeEach
    void openDialog() {
        open(null, "");
    }

    private void show(Runnable work) {
        var name = new TextField("Name");
        name.setRequiredIndicatorVisible(true);
        var copies = new IntegerField("Copies");
        copies.setMin(1);
        new FormDialog(
                        "New thing",
                        new Form().field("name", name).field("copies", copies),
                        "Save",
                        () -> {
                            work.run();
                            saved.add(name.getValue());
                        })
                .open();
        roundTrip();
    }

    @Test
    void closesWhenTheWorkIsDone() {
        show(() -> {});
        fill("Name", "Tides");
        answer("Save");
        assertThat(saved).containsExactly("Tides");
        assertThat(shown()).doesNotContain("New thing");
    }

    @Test
    void saysWhatIsMissing() {
        show(() -> {});
        answer("Save");
        assertThat(shown()).contains("Please fill in this field.", "New thing");
        assertThat(saved).isEmpty();
    }

    @Test
    void saysThatAValueCannotBeUsedWhereItsFieldHasNoSentence() {
        show(() -> {});
        fill("Name", "Tides");
        fill("Copies", 0);
        answer("Save");
        assertThat(shown()).contains("This cannot be used here. Check what you typed.");
        assertThat(saved).isEmpty();
    }

    @Test
    void showsARefusalAtTheFieldThatItNames() {
        show(
                () -> {
                    throw Refused.invalid("name", "tenancy.project-name-taken");
                });
        fill("Name", "Tides");
        answer("Save");
        assertThat(shown()).contains("Another project has this name.", "New thing");
    }

    @Test
    void showsARefusalThatNamesNoFieldAndStaysOpen() {
        show(Permission.KEEP_KEYS::demand);
        fill("Name", "Tides");
        answer("Save");
        assertThat(shown())
                .contains("This needs one of the roles owner, admin, member.", "New thing");
        assertThat(saved).isEmpty();
    }

    @Test
    void showsARefusalInTheReadersLanguage() {
        UI.getCurrent().setLocale(Locale.GERMAN);
        show(
                () -> {
                    throw Refused.invalid("name", "tenancy.project-name-taken");
                });
        fill("Name", "Tides");
        answer("Save");
        assertThat(shown()).contains("Ein anderes Projekt trägt diesen Namen.", "New thing");
    }

    @Test
    void asksBeforeWhatWasTypedIsLost() {
        show(() -> {});
        fill("Name", "Tides");
        answer("Cancel");
        assertThat(shown())
                .contains("Leave what you were writing?", "What you typed was not sent.");
        answer("Go on writing");
        assertThat(value("Name")).isEqualTo("Tides");
        answer("Cancel");
        answer("Discard");
        assertThat(shown()).doesNotContain("New thing");
        assertThat(saved).isEmpty();
    }
}
