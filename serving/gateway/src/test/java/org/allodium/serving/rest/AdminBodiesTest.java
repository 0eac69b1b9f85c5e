package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.allodium.catalog.Model;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PoolId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The bodies of `/admin/v1`: what is wrong is refused under its name.
class AdminBodiesTest {
    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name':'a'} | directory",
                "{'name':'a','directory':'relative'} | directory",
                "{'name':'a','directory':'/no/such/directory'} | directory",
                "{'name':'a','directory':7} | directory",
                "{'directory':'/'} | name",
                "{'directory':'/','name':'a','deploy':'yes'} | deploy",
                "{'directory':'/','name':'a','precision':'fp8'} | precision",
                "{'directory':'/','name':'a','colour':'red'} | colour"
            })
    void namesWhatIsWrongInAnImport(String body, String param) {
        var refused = catchThrowableOfType(Refused.class, () -> ImportModel.of(json(body)));
        assertThat(refused.field()).contains(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'retrieval':null} | pool",
                "{'pool':'p'} | retrieval",
                "{'pool':'p','retrieval':'handbook'} | retrieval",
                "{'pool':'p','retrieval':{'corpus':'handbook','pool':'q'}} | retrieval.encoder",
                "{'pool':'p','retrieval':{'corpus':'a','encoder':'b','pool':'c','d':1}} | retrieval.d",
                "{'pool':'p','retrieval':null,'name':'a'} | name"
            })
    void namesWhatIsWrongInAChange(String body, String param) {
        var refused = catchThrowableOfType(Refused.class, () -> ChangeModel.of(json(body)));
        assertThat(refused.field()).contains(param);
    }

    @Test
    void readsWhatIsRight(@TempDir Path folder) {
        var body = JsonMapper.shared().createObjectNode().put("directory", folder.toString());
        var wanted = ImportModel.of(body.put("name", "a").put("precision", "int8"));
        assertThat(wanted.path()).isEqualTo(folder);
        assertThat(wanted.deploy()).isFalse();
        assertThat(wanted.kept()).isEqualTo(Model.Precision.INT8);
        assertThat(ChangeModel.of(json("{'pool':'p','retrieval':null}")).modelRetrieval())
                .isEmpty();
        var retrieval =
                ChangeModel.of(
                        json("{'pool':'p','retrieval':{'corpus':'a','encoder':'b','pool':'c'}}"));
        assertThat(retrieval.poolId()).isEqualTo(new PoolId("p"));
        assertThat(retrieval.modelRetrieval())
                .contains(new Model.Retrieval("a", "b", new PoolId("c")));
    }
}
