package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestSpark;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.source.Contract;
import dev.touchstone.sql.Expressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spark understands every built-in KPI over nothing but its contract's columns and the derived ones. */
class CatalogueExpressionsTest {
    /** What is computed of a customer and a period. */
    private static final StructType PER_PERIOD = StructType.fromDDL(
            "at_start BOOLEAN, at_end BOOLEAN, is_new BOOLEAN, orders BIGINT, first_order_at TIMESTAMP, "
                    + "next_order_at TIMESTAMP, revenue DECIMAL(38,10), orders_to_date BIGINT, "
                    + "value_to_date DECIMAL(38,10), expected_value DOUBLE");

    @ParameterizedTest
    @EnumSource
    void everyExpressionIsAboutOneRowOfItsContract(Contract contract) {
        Map<String, DataType> columns = new TreeMap<>();
        contract.fields()
                .forEach(field ->
                        columns.put(field.name(), DataType.fromDDL(field.type().sql())));
        if (contract == Contract.CUSTOMERS) {
            for (StructField column : PER_PERIOD.fields()) {
                columns.put(column.name(), column.dataType());
            }
        }
        Derived.of(contract).forEach(column -> columns.put(column.name(), DataType.fromDDL(column.type())));
        StructType schema = new StructType();
        for (Map.Entry<String, DataType> column : columns.entrySet()) {
            schema = schema.add(column.getKey(), column.getValue());
        }
        for (Kpi kpi : Catalogue.builtIn().kpisOf(contract.contractName())) {
            List<String> expressions = new ArrayList<>(List.of(kpi.counts(), kpi.score()));
            if (kpi.denominator() != null) {
                expressions.add(kpi.denominator());
            }
            List<Expressions.Analysis> analyses = Expressions.analyze(TestSpark.session(), schema, expressions);
            assertThat(analyses).as(kpi.name()).allSatisfy(analysis -> assertThat(analysis.problem())
                    .isEmpty());
            assertThat(analyses.get(0).type()).as("counts of " + kpi.name()).isInstanceOf(BooleanType.class);
            assertThat(analyses.get(1).type()).as("score of " + kpi.name()).isInstanceOf(NumericType.class);
            if (kpi.denominator() != null) {
                assertThat(analyses.get(2).type())
                        .as("denominator of " + kpi.name())
                        .isInstanceOf(BooleanType.class);
            }
            if (kpi.clock() != null) {
                assertThat(columns.get(kpi.clock()))
                        .as("clock of " + kpi.name())
                        .isInstanceOf(TimestampType.class);
            }
        }
    }
}
