#pragma once

namespace tilewright::energy {

/// A memory array on the chip.
struct ArrayShape {
  double bits = 0;   // capacity
  double width = 0;  // bits of an access
  double banks = 1;
  double ports = 1;
  double node = 45;  // nm
};

// A closed form fitted to CACTI 7 (low standby power cells, 45 nm, 256 bytes to 2 MiB, 32 to 256
// bits, 1 to 4 ports, 1 to 32 banks; over nodes 22 to 90 nm). In a bank an access grows with powers
// of the width and the capacity; then the word crosses the chip to its bank, a way that grows with
// the side of the whole less that of a bank. Every port lengthens both sides of a cell.

/// pJ of reading or writing one word.
double array_read_energy(const ArrayShape& shape);
double array_write_energy(const ArrayShape& shape);
/// um2.
double array_area(const ArrayShape& shape);
/// uW at 300 K.
double array_leakage(const ArrayShape& shape);

/// Energy of an array at `node` over that at 45 nm.
double array_node_factor(double node);

}  // namespace tilewright::energy
