import { describe, expect, test } from 'vitest';
import { decodeJson } from '../decode-json.ts';
import type { JsonObject } from '../objects.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

describe('JSON Patch', () => {
  const document: JsonObject = { a: { b: [1, 2, 3], 'x/y': 'z' } };

  test.each([
    ['add into a list', [{ op: 'add', path: '/a/b/1', value: 9 }], { a: { b: [1, 9, 2, 3], 'x/y': 'z' } }],
    ['append', [{ op: 'add', path: '/a/b/-', value: 4 }], { a: { b: [1, 2, 3, 4], 'x/y': 'z' } }],
    ['escaped key', [{ op: 'replace', path: '/a/x~1y', value: 'w' }], { a: { b: [1, 2, 3], 'x/y': 'w' } }],
    ['move', [{ op: 'move', from: '/a/b', path: '/c' }], { a: { 'x/y': 'z' }, c: [1, 2, 3] }],
    ['test of a list', [{ op: 'test', path: '/a/b', value: [1, 2, 3] }], document],
    ['remove from a list', [{ op: 'remove', path: '/a/b/0' }], { a: { b: [2, 3], 'x/y': 'z' } }],
  ])('%s', (_name, patch, expected) => {
    expect(applyJsonPatch(document, patch)).toEqual(expected);
  });

  test.each([
    ['a failed test', [{ op: 'test', path: '/a/b/0', value: '1' }]],
    ['a missing parent', [{ op: 'add', path: '/n/o', value: 1 }]],
    ['an index past the end', [{ op: 'add', path: '/a/b/9', value: 1 }]],
    ['a member of the prototype', [{ op: 'test', path: '/a/constructor', value: null }]],
    ['a path that is no pointer', [{ op: 'add', path: 'a', value: 1 }]],
  ])('%s does not apply', (_name, patch) => {
    expect(() => applyJsonPatch(document, patch)).toThrow('the server rejected our request');
    expect(document).toEqual({ a: { b: [1, 2, 3], 'x/y': 'z' } });
  });
});

test('a merge patch removes with null and replaces lists', () => {
  const result = applyMergePatch(
    { a: { b: 1, c: [1, 2] }, d: 1 },
    { a: { b: null, c: [3] }, e: { f: null, g: 1 } },
  );
  expect(result).toEqual({ a: { c: [3] }, d: 1, e: { g: 1 } });
});

describe('strategic merge patch', () => {
  const pod: JsonObject = {
    containers: [
      { name: 'app', image: 'a:1', env: [{ name: 'A', value: '1' }] },
      { name: 'side', image: 's:1' },
    ],
  };
  const apply = (patch: JsonObject) => applyStrategicMergePatch(pod, patch);

  test('merges containers and their variables by name', () => {
    const env = [{ name: 'B', value: '2' }];
    expect(apply({ containers: [{ name: 'app', image: 'a:2', env }] })).toEqual({
      containers: [
        { name: 'app', image: 'a:2', env: [...env, { name: 'A', value: '1' }] },
        { name: 'side', image: 's:1' },
      ],
    });
  });

  test('an order moves elements it names', () => {
    const patch = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'app' }] };
    expect((apply(patch).containers as JsonObject[]).map(({ name }) => name)).toEqual(['side', 'app']);
  });

  test('deletes and replaces on request', () => {
    expect(apply({ containers: [{ name: 'app', $patch: 'delete' }] })).toEqual({
      containers: [{ name: 'side', image: 's:1' }],
    });
    expect(apply({ containers: [{ $patch: 'replace' }, { name: 'x', image: 'x:1' }] })).toEqual({
      containers: [{ name: 'x', image: 'x:1' }],
    });
  });

  test('keeps only retained keys, and merges finalizers as a set', () => {
    const strategy = {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      finalizers: ['a', 'b'],
    };
    const patch = {
      strategy: { $retainKeys: ['type'], type: 'Recreate' },
      finalizers: ['c'],
      '$deleteFromPrimitiveList/finalizers': ['a'],
    };
    expect(applyStrategicMergePatch(strategy, patch)).toEqual({
      strategy: { type: 'Recreate' },
      finalizers: ['b', 'c'],
    });
  });
});

describe('duplicate keys', () => {
  test.each([
    ['{"a":1,"a":2}', ['duplicate field "a"']],
    ['{"spec":{"x":1,"y":{"x":1},"x":2}}', ['duplicate field "spec.x"']],
    ['{"l":[{"n":1},{"n":2,"n":3}]}', ['duplicate field "l[1].n"']],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","c":["a","a"]}', []],
  ])('%s', (text, expected) => {
    expect(decodeJson(text).duplicates).toEqual(expected);
  });
});
