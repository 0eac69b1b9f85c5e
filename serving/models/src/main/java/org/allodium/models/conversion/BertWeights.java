package org.allodium.models.conversion;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.allodium.models.conversion.SafetensorsWriter.Tensor;

/// Takes the weights of a BERT encoder out of an ONNX export, under the names they had before it.
/// The exporter keeps names of tables, norms and biases. It transposes the matrices of linear
/// layers and renames them, so a matrix is found by its wiring: its product is added to a bias,
/// whose name tells.
final class BertWeights {
    private static final String BIAS = ".bias";
    private static final String WEIGHT = ".weight";

    private BertWeights() {}

    /// @param model the bytes of an ONNX file
    static SequencedMap<String, Tensor> read(ByteBuffer model) {
        var graph = OnnxGraph.read(model);
        var tensors = new TreeMap<String, Tensor>();
        graph.constants()
                .forEach(
                        (name, constant) -> {
                            if (constant.isFloat()
                                    && (name.endsWith(BIAS) || name.endsWith(WEIGHT))) {
                                tensors.put(name, new Tensor(constant.shape(), constant.data()));
                            }
                        });
        addMatrices(graph, tensors);
        return tensors;
    }

    private static void addMatrices(OnnxGraph graph, Map<String, Tensor> tensors) {
        var matrixOfProduct = new HashMap<String, String>();
        for (var node : graph.nodes()) {
            if (node.operator().equals("MatMul")
                    && graph.constants().containsKey(node.inputs().getLast())) {
                matrixOfProduct.put(node.outputs().getFirst(), node.inputs().getLast());
            }
        }
        for (var node : graph.nodes()) {
            if (!node.operator().equals("Add") || node.inputs().size() != 2) {
                continue;
            }
            for (int i = 0; i < 2; i++) {
                var bias = node.inputs().get(i);
                var matrix = matrixOfProduct.get(node.inputs().get(1 - i));
                if (matrix != null && bias.endsWith(BIAS)) {
                    var name = bias.substring(0, bias.length() - BIAS.length()) + WEIGHT;
                    tensors.put(
                            name,
                            transposed(Objects.requireNonNull(graph.constants().get(matrix))));
                }
            }
        }
    }

    private static Tensor transposed(OnnxGraph.Constant matrix) {
        int rows = Math.toIntExact(matrix.shape().getFirst());
        int columns = Math.toIntExact(matrix.shape().getLast());
        var from = matrix.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int start = from.position();
        var to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                to.putFloat(from.getFloat(start + (row * columns + column) * Float.BYTES));
            }
        }
        return new Tensor(List.of((long) columns, (long) rows), to.flip());
    }
}
