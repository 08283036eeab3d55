import { createHash } from 'node:crypto';
import type { Json } from './objects.ts';

/** Uids, name endings and addresses, all from one seed: the same requests give the same names. */
export interface SeededNames {
  uid(): string;
  /** Five letters as the API server appends them to `generateName`. */
  suffix(): string;
  /** Position in the sequence, so that a snapshot can go on where it stopped. */
  position(): number;
}

/** No vowels and no look-alikes, so that no words come out. https://pkg.go.dev/k8s.io/apimachinery/pkg/util/rand */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export function createSeededNames(seed: number, startPosition = 0): SeededNames {
  let position = startPosition;
  const bytes = (): Buffer => createHash('sha256').update(`${seed}/${position++}`).digest();
  return {
    uid() {
      const hex = bytes().toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    suffix: () => Array.from(bytes().subarray(0, 5), letter).join(''),
    position: () => position,
  };
}

/** A short hash of a template, ten letters like `pod-template-hash`. Equal templates hash equally. */
export function templateHash(value: unknown, collisionCount = 0): string {
  const digest = createHash('sha256')
    .update(`${canonicalJson(value)}#${collisionCount}`)
    .digest();
  return Array.from(digest.subarray(0, 10), letter).join('');
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: Json) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function letter(byte: number): string {
  return ALPHABET.charAt(byte % ALPHABET.length);
}
