/** Observations in, mergeable statistics out: the heavy stage, the only one that reads the sources. */
package dev.touchstone.measure;
