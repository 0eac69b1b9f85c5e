package org.allodium.portal.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Tenants;
import org.junit.jupiter.api.Test;

class OnboardingViewTest extends PageTest {
    private void fillIn(String identifier) {
        fill("Name of the organisation", "Tide Institute");
        fill("Kind", "Research");
        fill("Country", "Home country (XA)");
        fill("Identifier in a public register", identifier);
    }

    private int organisationsOf(Person person) {
        return the(Tenants.class).standing(person.subject(), Optional.empty()).belongings().size();
    }

    @Test
    void isForPeopleWhoAreSignedIn() {
        open(null, "found");
        assertThat(shown())
                .contains("One moment: this page is for people who are signed in.")
                .doesNotContain("Found an organisation");
    }

    @Test
    void asksForWhatIsMissing() {
        Country.describe();
        var person = World.person("Ada");
        open(person, "found");
        click("Found the organisation");
        assertThat(shown().stream().filter("Please fill in this field."::equals)).hasSize(5);
        assertThat(organisationsOf(person)).isZero();
    }

    @Test
    void foundsOneAndSaysWhatAPolicyExcludes() {
        Country.describe();
        var person = World.person("Ada");
        open(person, "found");
        assertThat(shown())
                .contains("Where may your requests run?")
                .noneMatch(line -> line.startsWith("No residency policy is on offer"));
        fillIn("XA-2417");
        fill("Where may your requests run?", "Home country only");
        click("Found the organisation");
        assertThat(organisationsOf(person)).isOne();
    }

    @Test
    void asksForNoPolicyWhereNoneIsOnOffer() {
        inAnEmptyWorld();
        var person = World.person("Ada");
        open(person, "found");
        assertThat(shown())
                .contains(
                        "No residency policy is on offer yet. You can found the organisation; until"
                                + " the platform’s security officer offers one, nothing runs for it.")
                .doesNotContain("Where may your requests run?");
        fillIn("XA-17");
        click("Found the organisation");
        assertThat(organisationsOf(person)).isOne();
    }

    @Test
    void refusesAnIdentifierThatIsNone() {
        inAnEmptyWorld();
        var person = World.person("Ada");
        open(person, "found");
        fillIn("?");
        click("Found the organisation");
        assertThat(shown())
                .contains(
                        "This has the form of none of the identifiers that are accepted here:"
                                + " LEI, ROR, ORCID, number in the national register.");
        assertThat(organisationsOf(person)).isZero();
    }
}
