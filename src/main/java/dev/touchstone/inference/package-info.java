/** Tests, shrinkage, detection of change, decompositions and importance: plain Java over a few numbers, without Spark. */
package dev.touchstone.inference;
