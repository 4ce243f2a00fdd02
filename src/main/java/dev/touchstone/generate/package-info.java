/**
 * Synthetic sources of a retailer whose truth is known, so that what Touchstone finds can be compared with what was
 * planted, at any size.
 *
 * <p>Everything is a column expression over row numbers: a random number is a hash of seed, row number and purpose, so
 * the rows depend neither on partitions nor on the machine. {@link dev.touchstone.generate.Retailer} declares the
 * company once; each source is one class.
 */
package dev.touchstone.generate;
