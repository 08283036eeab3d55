import fc from 'fast-check';
import { hostileJson, hostileNames } from './hostile-values.ts';
import { changedAt, type JsonTree, textOf, treeOf } from './json-tree.ts';

interface Mutation {
  kind: 'replace' | 'leave-out' | 'add' | 'write-twice';
  place: number;
  name: string;
  text: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'replace', 'leave-out', 'add', 'write-twice'),
  place: fc.nat({ max: 1_000 }),
  name: fc.constantFrom(...hostileNames),
  text: fc.constantFrom(...hostileJson),
});

/** Text that is a value of `valid` but for one or two faults. */
export function nearValid(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc
    .tuple(valid, fc.array(mutation, { minLength: 1, maxLength: 2 }))
    .map(([value, mutations]) => textOf(mutations.reduce(mutated, treeOf(value))));
}

function mutated(tree: JsonTree, { kind, place, name, text }: Mutation): JsonTree {
  const leaf = { kind: 'raw', text } as const;
  return changedAt(tree, place, (node) => {
    if (kind === 'replace' || node.kind !== 'object') return leaf;
    const { members } = node;
    const [first] = members;
    if (kind === 'leave-out') return { ...node, members: members.slice(1) };
    if (kind === 'add') return { ...node, members: [...members, [name, leaf]] };
    return first ? { ...node, members: [...members, [first[0], leaf]] } : node;
  });
}

/** Text that is no body at all. */
export function brokenText(valid: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  const text = valid.map((value) => JSON.stringify(value));
  return fc.oneof(
    text.map((whole) => Buffer.from(whole.slice(0, -1))),
    text.map((whole) => Buffer.from(`${whole}${whole}`)),
    text.map((whole) => Buffer.from(`\ufeff${whole}`)),
    text.map((whole) => Buffer.from(`${whole}\0`)),
    text.map((whole) => Buffer.from(whole, 'utf16le')),
    fc.constant(Buffer.from([0x22, 0xc0, 0x80, 0x22])),
    fc.constant(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    fc.constantFrom(...hostileJson).map((hostile) => Buffer.from(hostile)),
    fc.constantFrom('', ' ', 'undefined', "{'a':1}", '{"a":1,}', '[1', 'NaN').map((odd) => Buffer.from(odd)),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.alloc(1_048_577, 0x20)),
  );
}
