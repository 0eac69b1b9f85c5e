package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.allodium.kernel.Refused;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterIdsTest {
    @ParameterizedTest
    @CsvSource({
        "STARTUP, DE, DE123456789",
        "STARTUP, DE, HRB 12345",
        "STARTUP, DE, Amtsgericht Jena HRB 5002",
        "STARTUP, FR, 552100554",
        "STARTUP, FR, FR83404833048",
        "STARTUP, GB, SC123456",
        "PUBLIC_BODY, AT, ATU12345678",
        "STARTUP, GR, EL123456789",
        "STARTUP, US, 5493001KJTIIGC8Y1R12",
        "STARTUP, DE, 529900T8BM49AURSDO55",
        "RESEARCH, US, 05dxps055",
        "RESEARCH, CH, https://ror.org/02nr0ka47",
        "RESEARCH, DE, 0000-0002-1825-0097",
        "RESEARCH, DE, 0000-0002-1694-233X",
        "STARTUP, JP, 0100-01-008846",
        "RESEARCH, XA, XA-R-204417"
    })
    void takesWhatARegisterWouldWrite(OrganisationKind kind, String country, String text) {
        assertThat(found(kind, country, text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "STARTUP, DE, not a register id !!, none of the identifiers",
        "STARTUP, DE, DE12345678, none of the identifiers",
        "STARTUP, DE, ATU12345678, none of the identifiers",
        "STARTUP, FR, 552100555, check digits of this SIREN",
        "STARTUP, US, 5493001KJTIIGC8Y1R13, check digits of this LEI",
        "STARTUP, US, 5493001KJTIICG8Y1R12, check digits of this LEI",
        "RESEARCH, US, 05dxps056, check digits of this ROR",
        "RESEARCH, US, 05dxsp055, check digits of this ROR",
        "RESEARCH, DE, 0000-0002-1825-0098, check digits of this ORCID",
        "STARTUP, DE, 0000-0002-1825-0097, none of the identifiers",
        "STARTUP, DE, 05dxps055, none of the identifiers",
        "STARTUP, JP, nonsense, none of the identifiers",
        "RESEARCH, XA, 17, none of the identifiers"
    })
    void refusesTheRestAtItsField(
            OrganisationKind kind, String country, String text, String reason) {
        var refusal = found(kind, country, text);
        assertThat(refusal.field()).contains("identifier");
        assertThat(refusal.english()).contains(reason);
    }

    private static Refused found(OrganisationKind kind, String country, String text) {
        return catchThrowableOfType(
                Refused.class,
                () ->
                        FieldRules.checked(
                                new FoundOrganisation(
                                        "Lab", kind, country, text, TenancyFixture.person("Ada"))));
    }
}
