const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** As Flagger computes it from a Canary's status: FNV-1a of what Go's spew prints, in letters without vowels. */
export function flaggerChecksum(lastAppliedSpec: string): string {
  const printed = `(struct { TrackedConfigs *map[string]string; LastAppliedSpec string }){TrackedConfigs:(*map[string]string)<nil> LastAppliedSpec:(string)${lastAppliedSpec}}`;
  let hash = 2_166_136_261n;
  for (const byte of new TextEncoder().encode(printed))
    hash = ((hash ^ BigInt(byte)) * 16_777_619n) % 4_294_967_296n;
  return Array.from(hash.toString(), (digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('');
}
