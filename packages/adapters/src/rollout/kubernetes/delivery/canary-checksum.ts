/** Of 27 letters and digits, none of which makes a word with the others. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * As what Flagger names a version when it asks: 32-bit FNV-1a over its status as Go's spew library prints it, its decimal
 * digits put into an alphabet without vowels. https://github.com/fluxcd/flagger/blob/main/pkg/controller/webhook.go
 */
export function canaryChecksum(
  lastAppliedSpec: string,
  trackedConfigs: Readonly<Record<string, string>> | null | undefined,
): string {
  const text =
    '(struct { TrackedConfigs *map[string]string; LastAppliedSpec string })' +
    `{TrackedConfigs:(*map[string]string)${printed(trackedConfigs)} LastAppliedSpec:(string)${lastAppliedSpec}}`;
  return [...String(fnv1a(text))].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** Go sorts texts by their bytes. */
function printed(configs: Readonly<Record<string, string>> | null | undefined): string {
  if (configs === null || configs === undefined) return '<nil>';
  const entries = Object.entries(configs).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `map[${entries.map(([name, hash]) => `${name}:${hash}`).join(' ')}]`;
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
