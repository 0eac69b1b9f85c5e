package org.allodium.models.conversion;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The nodes and constant tensors of an ONNX model.
record OnnxGraph(List<Node> nodes, Map<String, Constant> constants) {
    // Field numbers of the ONNX schema.
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_OPERATOR = 4;
    private static final int TENSOR_DIMENSION = 1;
    private static final int TENSOR_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW = 9;
    private static final int FLOAT = 1;

    record Node(String operator, List<String> inputs, List<String> outputs) {}

    /// @param data little-endian floats
    record Constant(List<Long> shape, boolean isFloat, ByteBuffer data) {}

    static OnnxGraph read(ByteBuffer model) {
        var nodes = new ArrayList<Node>();
        var constants = new LinkedHashMap<String, Constant>();
        ProtoReader.read(
                model,
                (field, graph) -> {
                    if (field == MODEL_GRAPH) {
                        ProtoReader.read(
                                graph.bytes(),
                                (inner, value) -> {
                                    if (inner == GRAPH_NODE) {
                                        nodes.add(node(value.bytes()));
                                    } else if (inner == GRAPH_INITIALIZER) {
                                        constant(value.bytes(), constants);
                                    }
                                });
                    }
                });
        return new OnnxGraph(List.copyOf(nodes), constants);
    }

    private static Node node(ByteBuffer message) {
        var inputs = new ArrayList<String>();
        var outputs = new ArrayList<String>();
        var operator = new StringBuilder();
        ProtoReader.read(
                message,
                (field, value) -> {
                    switch (field) {
                        case NODE_INPUT -> inputs.add(value.text());
                        case NODE_OUTPUT -> outputs.add(value.text());
                        case NODE_OPERATOR -> operator.append(value.text());
                        default -> {}
                    }
                });
        return new Node(operator.toString(), List.copyOf(inputs), List.copyOf(outputs));
    }

    private static void constant(ByteBuffer message, Map<String, Constant> constants) {
        var shape = new ArrayList<Long>();
        var raw = new ByteBuffer[] {ByteBuffer.allocate(0)};
        var type = new long[1];
        var name = new StringBuilder();
        ProtoReader.read(
                message,
                (field, value) -> {
                    switch (field) {
                        case TENSOR_DIMENSION -> {
                            if (value.bytes().hasRemaining()) {
                                // Packed: several numbers in one field; no tensor of ours is so.
                                throw new IllegalArgumentException("Packed dimensions");
                            }
                            shape.add(value.number());
                        }
                        case TENSOR_TYPE -> type[0] = value.number();
                        case TENSOR_NAME -> name.append(value.text());
                        case TENSOR_RAW -> raw[0] = value.bytes();
                        default -> {}
                    }
                });
        constants.put(name.toString(), new Constant(List.copyOf(shape), type[0] == FLOAT, raw[0]));
    }
}
