package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.table.Column;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Delta table as readers see it that embed Delta Kernel: by Kernel's own engine, without Spark. Kernel comes with delta-spark,
 * in the same version.
 */
public final class Kernel {
    private final Engine engine = DefaultEngine.create(new Configuration());
    private final Snapshot snapshot;

    private Kernel(String location) {
        snapshot = TableManager.loadSnapshot(location).build(engine);
    }

    /**
     * Checks that Kernel finds what is declared (names, types and comments of the columns, the table's comment, reader version
     * 1) and, row by row, what Spark finds.
     *
     * @return the number of rows
     */
    public static int assertReads(Store store, Table table) throws IOException {
        Kernel kernel = new Kernel(store.location(table));
        assertThat(kernel.snapshot.getProtocol().getMinReaderVersion())
                .as(table.tableName())
                .isEqualTo(1);
        assertThat(kernel.snapshot.getMetadata().getDescription()).contains(table.comment());
        assertThat(kernel.schema()).as(table.tableName()).isEqualTo(declared(table));
        List<List<Object>> rows = kernel.rows();
        List<List<Object>> ofSpark = store.read(table).collectAsList().stream()
                .map(row -> list(CollectionConverters.asJava(row.toSeq())))
                .toList();
        assertThat(counted(rows)).as(table.tableName()).isEqualTo(counted(ofSpark));
        return rows.size();
    }

    private static org.apache.spark.sql.types.StructType declared(Table table) {
        var declared = table.schema();
        var commented = new org.apache.spark.sql.types.StructType();
        for (Column column : table.columns()) {
            commented =
                    commented.add(column.name(), declared.apply(column.name()).dataType(), true, column.comment());
        }
        return commented;
    }

    /** By the JSON that Delta and Spark share. */
    private DataType schema() {
        return DataType.fromJson(DataTypeJsonSerDe.serializeDataType(snapshot.getSchema()));
    }

    private static Map<List<Object>, Long> counted(List<List<Object>> rows) {
        return rows.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static List<Object> list(Iterable<?> ofSpark) {
        List<Object> values = new ArrayList<>();
        ofSpark.forEach(value -> values.add(plain(value)));
        return values;
    }

    /** A value of Spark's in the form of {@link #value}. */
    private static Object plain(Object value) {
        if (value instanceof java.sql.Date day) {
            return day.toLocalDate();
        } else if (value instanceof java.sql.Timestamp instant) {
            return instant.toInstant();
        } else if (value instanceof org.apache.spark.sql.Row struct) {
            return list(CollectionConverters.asJava(struct.toSeq()));
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            return new TreeMap<>(CollectionConverters.asJava(map));
        } else if (value instanceof scala.collection.Seq<?> seq) {
            return list(CollectionConverters.asJava(seq));
        }
        return value;
    }

    /** All rows, in no order: dates as {@link LocalDate}, timestamps as {@link Instant}, maps by key. */
    private List<List<Object>> rows() throws IOException {
        Scan scan = snapshot.getScanBuilder().build();
        Row state = scan.getScanState(engine);
        List<List<Object>> rows = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> files = batches.next().getRows()) {
                    while (files.hasNext()) {
                        add(state, files.next(), rows);
                    }
                }
            }
        }
        return rows;
    }

    private void add(Row state, Row file, List<List<Object>> rows) throws IOException {
        CloseableIterator<ColumnarBatch> stored = engine.getParquetHandler()
                .readParquetFiles(
                        Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                        ScanStateRow.getPhysicalDataReadSchema(state),
                        Optional.empty())
                .map(read -> read.getData());
        try (CloseableIterator<FilteredColumnarBatch> batches =
                Scan.transformPhysicalData(engine, state, file, stored)) {
            while (batches.hasNext()) {
                FilteredColumnarBatch batch = batches.next();
                for (int row = 0; row < batch.getData().getSize(); row++) {
                    if (isSelected(batch, row)) {
                        rows.add(values(batch.getData(), row));
                    }
                }
            }
        }
    }

    private static boolean isSelected(FilteredColumnarBatch batch, int row) {
        Optional<ColumnVector> selection = batch.getSelectionVector();
        return selection.isEmpty()
                || !selection.get().isNullAt(row) && selection.get().getBoolean(row);
    }

    private static List<Object> values(ColumnarBatch batch, int row) {
        List<Object> values = new ArrayList<>();
        for (int column = 0; column < batch.getSchema().length(); column++) {
            values.add(value(batch.getColumnVector(column), row));
        }
        return values;
    }

    private static Object value(ColumnVector column, int row) {
        if (column.isNullAt(row)) {
            return null;
        }
        var type = column.getDataType();
        if (type instanceof StringType) {
            return column.getString(row);
        } else if (type instanceof LongType) {
            return column.getLong(row);
        } else if (type instanceof IntegerType) {
            return column.getInt(row);
        } else if (type instanceof DoubleType) {
            return column.getDouble(row);
        } else if (type instanceof DecimalType) {
            return column.getDecimal(row);
        } else if (type instanceof BooleanType) {
            return column.getBoolean(row);
        } else if (type instanceof DateType) {
            return LocalDate.ofEpochDay(column.getInt(row));
        } else if (type instanceof TimestampType) {
            return Instant.EPOCH.plus(column.getLong(row), ChronoUnit.MICROS);
        } else if (type instanceof StructType fields) {
            List<Object> values = new ArrayList<>();
            for (int field = 0; field < fields.length(); field++) {
                values.add(value(column.getChild(field), row));
            }
            return values;
        } else if (type instanceof ArrayType) {
            ArrayValue array = column.getArray(row);
            return values(array.getElements(), array.getSize());
        } else if (type instanceof MapType) {
            MapValue map = column.getMap(row);
            List<Object> keys = values(map.getKeys(), map.getSize());
            List<Object> values = values(map.getValues(), map.getSize());
            Map<String, Object> byKey = new TreeMap<>();
            for (int i = 0; i < keys.size(); i++) {
                byKey.put((String) keys.get(i), values.get(i));
            }
            return byKey;
        }
        throw new AssertionError("no output table has a column of type " + type);
    }

    private static List<Object> values(ColumnVector vector, int size) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(value(vector, i));
        }
        return values;
    }
}
