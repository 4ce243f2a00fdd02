package dev.touchstone.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Looks at the header of each CSV file of a folder or glob, because Spark takes the first file's for all and so moves
 * values of files whose columns stand in another order into wrong columns, without a word.
 */
final class CsvHeaders {
    /** More files than this come from a program, whose headers do not drift; reading each header would take long. */
    private static final int LOOKED_AT = 1_000;

    private static final Pattern GLOB = Pattern.compile("[\\[\\]{}*?\\\\]");

    private CsvHeaders() {}

    /** The files of a path, those with equal header lines together; the path itself where there is but one header. */
    static List<List<String>> filesOfEqualHeader(SparkSession spark, String path, Map<String, String> options)
            throws IOException {
        Configuration configuration = spark.sessionState().newHadoopConf();
        Path pattern = new Path(path);
        FileSystem files = pattern.getFileSystem(configuration);
        FileStatus[] found = files.globStatus(pattern);
        List<List<String>> whole = List.of(List.of(path));
        if (found == null) {
            return whole;
        }
        List<Path> paths = new ArrayList<>();
        for (FileStatus one : found) {
            if (one.isFile()) {
                paths.add(one.getPath());
            } else {
                for (FileStatus inner : files.listStatus(one.getPath())) {
                    if (!inner.isFile()) {
                        return whole; // Partition folders: written by a program.
                    }
                    paths.add(inner.getPath());
                }
            }
        }
        paths.removeIf(file -> file.getName().startsWith("_") || file.getName().startsWith("."));
        paths.sort(Comparator.naturalOrder());
        if (paths.size() < 2 || paths.size() > LOOKED_AT) {
            return whole;
        }
        Charset charset = Charset.forName(options.getOrDefault("encoding", options.getOrDefault("charset", "UTF-8")));
        Map<String, List<String>> byHeader = new LinkedHashMap<>();
        for (Path file : paths) {
            String header = firstLine(files, file, configuration, charset);
            if (!header.isEmpty()) {
                byHeader.computeIfAbsent(header, any -> new ArrayList<>()).add(literally(file));
            }
        }
        return byHeader.size() < 2 ? whole : List.copyOf(byHeader.values());
    }

    /** Spark reads each path as a glob: a file of the name {@code [1].csv} would not be found, {@code *.csv} be them all. */
    private static String literally(Path file) {
        return GLOB.matcher(file.toString()).replaceAll("\\\\$0");
    }

    private static String firstLine(FileSystem files, Path file, Configuration configuration, Charset charset)
            throws IOException {
        CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(file);
        try (InputStream raw = files.open(file);
                InputStream plain = codec == null ? raw : codec.createInputStream(raw);
                BufferedReader reader = new BufferedReader(new InputStreamReader(plain, charset))) {
            String line = reader.readLine();
            return line == null ? "" : line.strip();
        }
    }
}
