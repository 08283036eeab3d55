/** Addresses `prefix`.x.y that nobody has. */
export function freeAddresses(prefix: string, taken: () => (string | undefined)[]): () => string {
  let last = 0;
  return () => {
    const used = new Set(taken());
    for (;;) {
      last = (last % 65_000) + 1;
      const address = `${prefix}.${last >> 8}.${last & 255}`;
      if (!used.has(address)) return address;
    }
  };
}
